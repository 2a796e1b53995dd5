"""A step of the replay with the requests of another folder: REQUESTS JOB NAME FOLDER STEPS."""

import sys
from pathlib import Path

import lab.changes.change_requests

if __name__ == "__main__":
    lab.changes.change_requests.FOLDER = Path(sys.argv[1])  # before anything reads it
    from lab.changes.replay_worker import main

    sys.exit(main(*sys.argv[2:]))
