"""The worker process: does one step of the study (``python -m runner.work JOB SYSTEM FOLDER STEPS``)."""

import subprocess
import sys
from pathlib import Path

from problem.source import MissingData
from runner.home import StudyError, readable
from runner.progress import report
from runner.workers.causes import ablate
from runner.workers.checks import agree, gate, gate_cured, oracle_on_fixture
from runner.workers.cost import cost
from runner.workers.lines import trace
from runner.workers.mutation import mutate
from runner.workers.price import price, weigh
from runner.workers.refresh import sweep
from runner.workers.serving import serve, train
from runner.workers.speed_up import speed_up
from runner.workers.unread import unread
from runner.workers.worlds import worlds

GATE = (agree, gate, gate_cured, oracle_on_fixture)
WORKERS = (
    train,
    serve,
    *GATE,
    cost,
    weigh,
    price,
    speed_up,
    ablate,
    worlds,
    sweep,
    unread,
    trace,
    mutate,
)
JOBS = {job.__name__: job for job in WORKERS}


def main(job: str, name: str, folder: str, steps: str) -> int:
    """Run one job; problems the reader can mend become one line on standard error and exit status 2."""
    try:
        report(0, 1)
        JOBS[job](Path(folder), name, Path(steps))
    except (MissingData, StudyError) as error:
        print(error, file=sys.stderr)
        return 2
    except subprocess.CalledProcessError as error:
        return error.returncode  # a run on a cured copy, which has said what was wrong
    except OSError as error:
        print(readable(error, Path(steps).parent), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
