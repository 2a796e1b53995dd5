"""The worker process: does one step of the study (``python -m lab.study.study_worker JOB SYSTEM FOLDER STEPS``)."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

from lab.engine.progress import report
from lab.engine.workspace import StudyError, explain_os_error
from problem.source import MissingData

JOBS = {
    "train": "serving",
    "serve": "serving",
    "agree": "checks",
    "gate": "checks",
    "gate_cured": "checks",
    "oracle_on_fixture": "checks",
    "cost": "cost",
    "weigh": "price",
    "price": "price",
    "speed_up": "speed_up",
    "ablate": "causes",
    "worlds": "worlds",
    "sweep": "refresh",
    "unread": "unread",
    "request_only": "request_only",
    "demand": "demand",
    "trace": "lines",
    "mutate": "mutation",
}
"""The module in ``lab.study.steps`` that does each job. One is imported, no other: FTI's libraries take seconds."""


def main(job: str, name: str, folder: str, steps: str) -> int:
    """Run one job; problems the reader can mend become one line on standard error and exit status 2."""
    try:
        report(0, 1)
        worker = import_module(f"lab.study.steps.{JOBS[job]}")
        getattr(worker, job)(Path(folder), name, Path(steps))
    except (MissingData, StudyError) as error:
        print(error, file=sys.stderr)
        return 2
    except subprocess.CalledProcessError as error:
        return error.returncode  # a run on a cured copy, which has said what was wrong
    except OSError as error:
        print(explain_os_error(error, Path(steps).parent), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
