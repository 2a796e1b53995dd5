"""A training run that somebody may want to make again: what it is made of, what a keeper remembers of it.

Five things decide what comes out of a run: the code, the versions of the libraries, the data, the seed and the split.
"""

import hashlib
from pathlib import Path
from typing import NamedTuple, Protocol


class Run(NamedTuple):
    """A run that was made: its five ingredients and what came out.

    ``day``: up to when (New York, ISO) the warehouse was read; ``commit``: of the code; ``lock``: the file with the
    versions; ``data``: the extract; ``seed`` and ``split``: of the rows held out, and which share of all they are.
    ``metric``: mean log loss on these in nats; ``model``: the fitted model's file.
    """

    number: int
    day: str
    commit: str
    lock: Path
    data: Path
    seed: int
    split: float
    metric: float
    model: Path


class Recipe(NamedTuple):
    """What a keeper still knows of a run; None is not known, and whoever makes it again takes what is there today."""

    day: str
    metric: float
    commit: str | None = None
    lock: str | None = None
    data: Path | None = None
    seed: int | None = None
    split: float | None = None


class Keeper(Protocol):
    """The door of every way to keep runs; what it keeps lies below ``home``."""

    def __init__(self, home: Path) -> None: ...

    def keep(self, run: Run) -> None:
        """Remember a run. Raises ``ValueError`` if it is there already, or says too little."""

    def find(self, number: int) -> Recipe:
        """What is left of a run; raises ``LookupError`` with one line for one that was never kept."""


def digest_file(file: Path) -> str:
    """The first sixteen letters of a file's SHA-256."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]
