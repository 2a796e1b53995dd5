"""Ruler 9, who survives (failure isolation; the classes of outcomes are our own): what came out of a job under a fault,
held against what comes out without it.

What can go against FTI: a store and a registry are two more things that can be missing, locked or stale.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from measure.rows import Cell, compare

OK, STALE, WRONG, LOUD, SILENT = "ok", "ok but stale", "wrong", "fails loud", "fails silent"
OUTCOMES = (OK, STALE, WRONG, LOUD, SILENT)
TOLERANCE = 1e-9
SIDES = ("what was seen", "what it should be")


@dataclass(frozen=True)
class Survival:
    """``outcome``: one of ``OUTCOMES``; ``detail``: the error, the number of rows, or the age in minutes."""

    outcome: str
    detail: str = ""


@dataclass(frozen=True)
class Judge:
    """Judges answers: tables with one row a question, the columns ``keys``, ``features``, ages and ``prediction``.

    ``healthy``: the answers without the fault; ``right``: the features as they should be at the ages that a table
    states; ``model``: what the healthy model says to a table's features.
    """

    healthy: pd.DataFrame
    keys: Sequence[str]
    features: Sequence[str]
    right: Callable[[pd.DataFrame], pd.DataFrame]
    model: Callable[[pd.DataFrame], pd.Series]

    def answers(self, seen: pd.DataFrame) -> Survival:
        """What became of the answers; any order of rows will do."""
        seen = self.healthy[[*self.keys]].merge(seen, on=[*self.keys], how="left", validate="one_to_one")
        if missing := int(seen["prediction"].isna().sum()):
            return Survival(SILENT, f"{missing} of {len(seen)} questions without an answer")
        moved = (seen["prediction"] - self.healthy["prediction"].to_numpy()).abs() > TOLERANCE
        if not moved.any():
            return Survival(OK)
        if self._as_stated(seen):
            return Survival(STALE, f"{_oldest(seen):.0f} minutes old, and says so")
        return Survival(WRONG, f"{int(moved.sum())} of {len(seen)} predictions differ")

    def _as_stated(self, seen: pd.DataFrame) -> bool:
        """Whether the vectors are what they state to be, and the model is the one that should answer."""
        as_predicted = (seen["prediction"] - self.model(seen).to_numpy()).abs() <= TOLERANCE
        return bool(as_predicted.all()) and not differing_rows(seen, self.right(seen), self.features).any()


def differing_rows(seen: pd.DataFrame, other: pd.DataFrame, features: Sequence[str]) -> NDArray[np.bool_]:
    """Whether any feature differs, by row; two tables in the same order. Shape (rows,)."""
    cells = [compare(seen[name], other[name], SIDES) != Cell.EQUAL for name in features]
    return np.logical_or.reduce(cells)


def _oldest(table: pd.DataFrame) -> float:
    return float(table.filter(like="age_").max(axis=None))


def tables(
    healthy: pd.DataFrame, seen: pd.DataFrame, keys: Sequence[str], features: Sequence[str], new: pd.Series
) -> Survival:
    """What became of a training table. ``new``: the rows of ``healthy`` that rest on what was known last of all.

    A table that lacks those alone, or has older values in them, is the table of some time ago.
    """
    found = healthy[[*keys]].merge(seen.assign(there=True), on=[*keys], how="left", validate="one_to_one")
    missing = found["there"].isna().to_numpy()
    differing = missing | differing_rows(found, healthy, features)
    if not differing.any():
        return Survival(OK)
    rows = f"{len(seen)} rows, {int((differing & ~missing).sum())} of them otherwise than the {len(healthy)} without it"
    return Survival(WRONG if differing[~new.to_numpy()].any() else STALE, rows)
