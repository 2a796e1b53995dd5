"""Tasks in children forked from this process: warm imports, a time limit for each, and nothing left behind."""

import os
import pickle
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from signal import SIGKILL, SIGXCPU
from typing import Any

Say = Callable[[object], None]
"""With it a task hands over a result; it may do so several times."""
Task = Callable[[Say], None]
FORK = get_context("fork")
LATE = "no answer within {:g} s"
SLOWEST = 10
"""Wall seconds that a CPU second may take before a child that only waits is given up."""


@dataclass
class _Child:
    number: int
    process: ForkProcess
    ear: Connection
    ends_at: float
    said: list[Any]


def forked(tasks: list[Task], seconds: float, at_once: int = 2) -> Iterator[tuple[int, list[Any], str]]:
    """Run the tasks; yields, as they end, a task's number, what it said and why it ended early, if it did.

    A task that has used ``seconds`` of CPU time (rounded up), or waited for ten times as long, is killed: the limit is
    on work done, so that a busy machine changes no result.
    """
    waiting = list(enumerate(tasks))[::-1]
    running: list[_Child] = []
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                running.append(_start(*waiting.pop(), seconds))
            for child in _ended(running):
                running.remove(child)
                yield child.number, child.said, _end(child, seconds)
    finally:
        for child in running:
            _end(child, seconds)


def _start(number: int, task: Task, seconds: float) -> _Child:
    ear, mouth = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_run, args=(task, mouth, seconds))
    process.start()
    mouth.close()
    return _Child(number, process, ear, time.monotonic() + SLOWEST * seconds, [])


def _run(task: Task, mouth: Connection, seconds: float) -> None:
    """In the child: be quiet, work, leave without tidying up what the parent owns."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    sys.stdout = sys.stderr = os.fdopen(nowhere, "w")
    for stream in (1, 2):  # what libraries write past Python
        os.dup2(nowhere, stream)
    resource.setrlimit(resource.RLIMIT_CPU, (ceil(seconds), ceil(seconds)))
    task(lambda result: mouth.send_bytes(pickle.dumps(result)))
    mouth.close()
    os._exit(0)


def _ended(running: list[_Child]) -> list[_Child]:
    """Listen to the children; those that have gone silent for good or are out of time."""
    first = min(child.ends_at for child in running)
    speaking = connection.wait([child.ear for child in running], max(0.0, first - time.monotonic()))
    return [c for c in running if (c.ear in speaking and not _heard(c)) or time.monotonic() >= c.ends_at]


def _heard(child: _Child) -> bool:
    try:
        child.said.append(pickle.loads(child.ear.recv_bytes()))
        return True
    except EOFError:
        return False


def _end(child: _Child, seconds: float) -> str:
    """Make sure that it is gone; why it left early, if it did."""
    child.process.join(max(0.0, min(1.0, child.ends_at - time.monotonic())))
    if child.process.is_alive():
        child.process.kill()
        child.process.join()
    status = child.process.exitcode
    return (
        "" if status == 0 else LATE.format(seconds) if status in (-SIGKILL, -SIGXCPU) else f"ended with status {status}"
    )
