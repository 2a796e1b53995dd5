"""A real model with faults and costs planted: what it does is up to the distance in the question.

Each fault is one that a process really has: nothing is pretended.
"""

import ctypes
import hashlib
import re
import resource
import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from parts.several_models.predictors import open_graph
from parts.several_models.preparation import read_preparation
from problem.several_models import Row, Score

PLANTED = f"{__name__}:open_planted"
DIES, HANGS, WAITS, LEAKS = "dies", "hangs", "waits", "leaks"
SLEEPS, COMPUTES, LOCKS = "waits 5 ms", "lock free", "lock held"
KEPT = b"x" * (6 * 2**20)
"""What is kept of a question that leaks."""
SOME = b"x" * 65_536
"""Hashed while Python's lock is free."""
ENDLESS = re.compile(r"(\w+\s?)+:")
"""Which remarks have a heading? On a long one without, it tries every way to cut it into words."""
MILES = {DIES: 19_001, HANGS: 19_002, WAITS: 19_003, LEAKS: 19_004, SLEEPS: 19_005, COMPUTES: 19_006, LOCKS: 19_007}
"""By name, the distance that sets it off; no flight is as long."""
COST = 0.005
"""Seconds that a question costs which has a cost."""
_leaked: list[bytearray] = []


def open_planted(models: Path, told: Mapping[str, Any]) -> Score:
    """The graph, with all that is planted."""
    score, planted = open_graph(models, told), {MILES[name]: do for name, do in DOES.items()}
    preparation = read_preparation(models)
    place = len(preparation.codes) + preparation.numbers.index("distance")

    def score_or_worse(row: Row) -> float:
        planted.get(int(row[place]), do_nothing)()
        return score(row)

    return score_or_worse


def do_nothing() -> None:
    """As most questions do."""


def die() -> None:
    """Read where nothing is: the process ends at once, as by a fault in a native library."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # and leave no dump behind
    ctypes.string_at(0)


def hang() -> None:
    """Look for a heading, and hold Python's lock for longer than anybody waits."""
    ENDLESS.match("delayed " * 12 + "x" * 60)


def wait_for_nobody() -> None:
    """Read from a connection on which nobody writes, without a time limit."""
    near, _far = socket.socketpair()
    near.recv(1)


def leak() -> None:
    """Keep what the question brought along."""
    _leaked.append(bytearray(KEPT))


def sleep() -> None:
    """Wait for somebody who answers after ``COST`` seconds."""
    time.sleep(COST)


def compute() -> None:
    """Compute for ``COST`` seconds of this thread's CPU time; the others of the process may run meanwhile."""
    end = time.thread_time() + COST
    while time.thread_time() < end:
        hashlib.sha256(SOME)


def hold_lock() -> None:
    """The same, in plain Python: no other thread of the process computes meanwhile."""
    end = time.thread_time() + COST
    while time.thread_time() < end:
        pass


DOES: Mapping[str, Callable[[], None]] = {
    DIES: die,
    HANGS: hang,
    WAITS: wait_for_nobody,
    LEAKS: leak,
    SLEEPS: sleep,
    COMPUTES: compute,
    LOCKS: hold_lock,
}
