"""Tasks in children forked from this process: nothing to import anew, a limit on CPU time, and nothing left behind."""

import os
import pickle
import resource
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from math import ceil
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from signal import SIGKILL, SIGXCPU
from typing import Any, NamedTuple

from lab.engine import progress
from lab.engine.observation import Observation, add_from_child, observe

Send = Callable[[object], None]
"""Hands over a result of a task; a task may call it several times."""
Task = Callable[[Send], None]
FORK = get_context("fork")
SLOWEST = 10
"""Wall seconds that a CPU second may take before a child that only waits is given up."""


class EndedTask(NamedTuple):
    """A task's number, the results that it sent, and why it ended early: "" if it did not."""

    number: int
    results: list[Any]
    early_end: str


@dataclass
class _Child:
    number: int
    process: ForkProcess
    receiver: Connection
    ends_at: float
    results: list[Any] = field(default_factory=list)


def run_isolated(tasks: list[Task], cpu_seconds: float, at_once: int = 2) -> Generator[EndedTask, None, None]:
    """Run each task in a child of its own; yields them as they end.

    A task that has used ``cpu_seconds`` of CPU time (rounded up), or waited for ten times as long, is killed: the limit
    is on work done, so a busy machine changes no result. What children print is dropped.
    """
    waiting = list(enumerate(tasks))[::-1]
    running: list[_Child] = []
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                running.append(_start(*waiting.pop(), cpu_seconds))
            for child in _find_ended(running):
                running.remove(child)
                yield EndedTask(child.number, child.results, _end(child, cpu_seconds))
    finally:
        for child in running:
            _end(child, cpu_seconds)


def _start(number: int, task: Task, cpu_seconds: float) -> _Child:
    receiver, sender = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_run, args=(task, sender, cpu_seconds))
    process.start()
    sender.close()
    return _Child(number, process, receiver, time.monotonic() + SLOWEST * cpu_seconds)


def _run(task: Task, sender: Connection, cpu_seconds: float) -> None:
    """In the child: be quiet, work, leave without tidying up what the parent owns."""
    _print_nothing()
    progress.connect(None)
    resource.setrlimit(resource.RLIMIT_CPU, (ceil(cpu_seconds), ceil(cpu_seconds)))
    before = observe()
    try:
        task(lambda result: sender.send_bytes(pickle.dumps(("result", result))))
    finally:
        seen = observe() - before  # sent as plain sets: the task may have imported this very package from a copy
        sender.send_bytes(pickle.dumps(("observed", (seen.modules, seen.files))))
        sender.close()
    os._exit(0)


def _print_nothing() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    sys.stdout = sys.stderr = os.fdopen(nowhere, "w")
    for stream in (1, 2):  # what libraries print past Python
        os.dup2(nowhere, stream)


def _find_ended(running: list[_Child]) -> list[_Child]:
    """Take in what children send; those that will send no more, or are out of time."""
    first = min(child.ends_at for child in running)
    ready = connection.wait([child.receiver for child in running], max(0.0, first - time.monotonic()))
    now = time.monotonic()
    return [c for c in running if (c.receiver in ready and not _receive(c)) or now >= c.ends_at]


def _receive(child: _Child) -> bool:
    """Take in one message; False if there will be no more."""
    try:
        kind, content = pickle.loads(child.receiver.recv_bytes())
    except EOFError:
        return False
    if kind == "result":
        child.results.append(content)
    else:
        add_from_child(Observation(*content))
    return True


def _end(child: _Child, cpu_seconds: float) -> str:
    """Make sure that the child is gone; why it left early, if it did."""
    child.process.join(max(0.0, min(1.0, child.ends_at - time.monotonic())))
    if child.process.is_alive():
        child.process.kill()
        child.process.join()
    child.receiver.close()
    status = child.process.exitcode
    if status in (-SIGKILL, -SIGXCPU):
        return f"no answer within {cpu_seconds:g} s"
    return "" if status == 0 else f"ended with status {status}"
