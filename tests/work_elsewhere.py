"""A step of the replay with the requests of another folder: REQUESTS JOB NAME FOLDER STEPS."""

import sys
from pathlib import Path

import changes.catalogue

if __name__ == "__main__":
    changes.catalogue.FOLDER = Path(sys.argv[1])  # before anything reads it
    from changes.work import main

    sys.exit(main(*sys.argv[2:]))
