"""A program as a supervisor sees it: what it is, what it may do, and how it is looked at."""

import http.client
import os
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

import psutil

HOST = "127.0.0.1"
MEGABYTE = 2**20


class Program(NamedTuple):
    """A command that serves HTTP on ``port`` of this machine; ``megabytes``: resident memory that it may have.

    ``port`` 0: it serves nothing, and is taken to answer as long as it runs.
    """

    name: str
    command: Sequence[str]
    port: int = 0
    environment: Mapping[str, str] = {}
    megabytes: float = float("inf")
    path: str = "/health"


class Rules(NamedTuple):
    """All in seconds but ``tries``.

    ``look``: between two looks at whether it runs and what it holds. ``every``: between two probes, of which each is
    given ``patience``; after ``tries`` without an answer the program is killed. Until it answers for the first time it
    has ``start``. One that ends before that is started again after ``pause``, and twice as much each time, at most
    ``longest``. ``grace``: to end by itself when all is over.
    """

    look: float = 0.05
    every: float = 0.5
    patience: float = 0.5
    tries: int = 2
    start: float = 60.0
    pause: float = 0.1
    longest: float = 10.0
    grace: float = 5.0


USUAL = Rules()
CALM = Rules(grace=0.0, patience=60.0, tries=1_000)
"""Starts again what ends, and kills nobody for being busy: for measurements."""


def start(program: Program) -> subprocess.Popen[bytes]:
    """The program as a process; what it says to its error stream goes where ours does."""
    told = os.environ | dict(program.environment)
    return subprocess.Popen(program.command, env=told, stdout=subprocess.DEVNULL)


def answers(program: Program, patience: float) -> bool:
    """Whether its probe is answered with 200 in time."""
    if not program.port:
        return True
    connection = http.client.HTTPConnection(HOST, program.port, timeout=patience)
    try:
        connection.request("GET", program.path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def read_megabytes(process: subprocess.Popen[bytes]) -> float:
    """The resident memory of a process; 0 of one that has ended."""
    try:
        return float(psutil.Process(process.pid).memory_info().rss / MEGABYTE)
    except psutil.Error:
        return 0.0


def end(process: subprocess.Popen[bytes], grace: float = 0.0) -> None:
    """End a process for certain, by itself if it can within ``grace`` seconds."""
    if grace:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(grace)
    process.kill()
    process.wait()
