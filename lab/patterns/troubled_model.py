"""A real model with troubles planted: it takes as long as it is told, and fails as often.

It stands apart from what fits models, as its process would load all of that.
"""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from parts.model_service.refusals import NotAnswered
from parts.several_models.predictors import open_graph
from problem.several_models import Row, Score

FILE = "TROUBLE"
"""In the environment of a model's process, where the trouble is written that all of them are in."""
TROUBLED = f"{__name__}:open_troubled"
SLICE = 0.01
"""Seconds after which a model that waits looks whether its trouble is over."""


class Trouble(NamedTuple):
    """``wait``: seconds that the model takes for a question. ``fails``: the share of calls that fail when it is their
    turn, after as many seconds: of so many in a row one, drawn by chance; 0, or one over a whole number."""

    wait: float
    fails: float = 0.0


def write_trouble(trouble: Trouble, file: Path) -> None:
    """From now on all models are in that trouble."""
    new = file.with_suffix(".new")
    new.write_text(f"{trouble.wait} {trouble.fails}")
    new.replace(file)


def read_trouble(file: Path) -> Trouble:
    """The trouble that was written last."""
    return Trouble(*map(float, file.read_text().split()))


def open_troubled(models: Path, told: Mapping[str, Any]) -> Score:
    """The graph, which takes as long as its trouble says. Its process asks it about one question at a time."""
    score, file, fate = open_graph(models, told), Path(os.environ[FILE]), Fate()

    def score_in_trouble(row: Row) -> float:
        failing = fate.fails(read_trouble(file).fails)
        wait_as_told(file)
        if failing:
            raise NotAnswered("the call of the model failed")
        return score(row)

    return score_in_trouble


class Fate:
    """Which calls fail: in each block of as many as one of them fails, one that is drawn by chance."""

    def __init__(self) -> None:
        self._chance, self._place, self._failing = Random(0), 0, 0

    def fails(self, share: float) -> bool:
        """Whether the next call does."""
        if not share:
            return False
        block = round(1 / share)
        if self._place % block == 0:
            self._place, self._failing = 0, self._chance.randrange(block)
        self._place += 1
        return self._place - 1 == self._failing


def wait_as_told(file: Path) -> None:
    """Wait as for a device elsewhere; a trouble that ends or begins meanwhile counts at once."""
    began = time.monotonic()
    while (rest := read_trouble(file).wait - (time.monotonic() - began)) > 0:
        time.sleep(min(SLICE, rest))
