"""Runs of a nightly job in real child processes: timed, killed at any moment, and started again."""

import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol

from problem.nightly import Job, Site

PATIENCE = 30.0
"""Wall seconds after which a child ends itself."""


class MakesJobs(Protocol):
    """How a form of the job is installed in a home, for a site."""

    def __call__(self, home: Path, site: Site) -> Job: ...


class Ended(NamedTuple):
    """A child that has ended: ``wall`` and ``cpu`` seconds, and whether it was ``killed``."""

    wall: float
    cpu: float
    killed: bool


def run_child(work: Callable[[], object], kill_after: float = float("inf")) -> Ended:
    """Do it in a forked child, and kill that (signal 9) after so many seconds; CPU is the system's own count.

    Raises ``ChildProcessError`` if it failed by itself.
    """
    began = time.perf_counter()
    pid = os.fork()
    if not pid:
        _work_and_leave(work)
    if kill_after < PATIENCE:
        time.sleep(max(0.0, began + kill_after - time.perf_counter()))
        os.kill(pid, signal.SIGKILL)
    _, status, used = os.wait4(pid, 0)
    wall, cpu = time.perf_counter() - began, used.ru_utime + used.ru_stime
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    if status and not killed:
        raise ChildProcessError(f"a run of the job ended with status {status}")
    return Ended(wall, cpu, killed)


def _work_and_leave(work: Callable[[], object]) -> None:
    """In the child: end in any case, and without tidying up what the parent owns.

    Nor looking at it: a collection of garbage would copy the parent's memory page by page, a third of a small night.
    """
    gc.freeze()
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    status = 1
    try:
        work()
        status = 0
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
    finally:
        os._exit(status)


def run_night(make: MakesJobs, home: Path, site: Site, kill_after: float = float("inf")) -> Ended:
    """One run of a job; raises ``ChildProcessError`` if it had anything to complain of."""
    return run_child(lambda: _run_without_complaint(make(home, site)), kill_after)


def _run_without_complaint(job: Job) -> None:
    if said := job.run():
        raise RuntimeError("; ".join(said))
