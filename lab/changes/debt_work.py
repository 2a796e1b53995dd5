"""The worker of debt and evolution: does one step (``python -m lab.changes.debt_work JOB NAME FOLDER STEPS``)."""

import os
import sys
from pathlib import Path

from lab.changes.artefact_consumers import consume
from lab.changes.debt import debt
from lab.changes.evolution import evolve
from lab.changes.replay_worker import base, ground
from problem.source import MissingData

JOBS = {job.__name__: job for job in (ground, base, debt, evolve, consume)}


def main(job: str, name: str, folder: str, steps: str) -> int:
    """Run one job; problems the reader can mend become one line on standard error and exit status 2."""
    try:
        JOBS[job](Path(folder), name, Path(steps))
    except MissingData as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main(*sys.argv[1:]))
