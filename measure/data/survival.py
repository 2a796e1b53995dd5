"""Ruler 9, who survives (failure isolation; the classes of outcomes are our own): what came out of a job under a fault,
held against what comes out without it.

What can go against FTI: a store and a registry are two more things that can be missing, locked or stale.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from measure.data.table_compare import Cell, compare_tables

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

    def vectors(self, seen: pd.DataFrame) -> Survival:
        """What became of the vectors alone, whatever a model would say to them."""
        seen = self.healthy[[*self.keys]].merge(seen.assign(there=True), on=[*self.keys], how="left")
        if missing := int(seen["there"].isna().sum()):
            return Survival(SILENT, f"{missing} of {len(seen)} questions without a vector")
        differing = differing_cells(seen, self.healthy, self.features).any(axis=1)
        if not differing.any():
            return Survival(OK)
        if not differing_cells(seen, self.right(seen), self.features).any():
            return Survival(STALE, f"{_oldest(seen):.0f} minutes old, and says so")
        return Survival(WRONG, f"{int(differing.sum())} of {len(seen)} vectors are not what they state to be")

    def _as_stated(self, seen: pd.DataFrame) -> bool:
        """Whether the vectors are what they state to be, and the model is the one that should answer."""
        as_predicted = (seen["prediction"] - self.model(seen).to_numpy()).abs() <= TOLERANCE
        return bool(as_predicted.all()) and not differing_cells(seen, self.right(seen), self.features).any()


def differing_cells(seen: pd.DataFrame, other: pd.DataFrame, features: Sequence[str]) -> NDArray[np.bool_]:
    """Which cells differ between two tables in the same order. Shape (rows, features)."""
    return np.column_stack([compare_tables(seen[name], other[name], SIDES) != Cell.EQUAL for name in features])


def tables(
    healthy: pd.DataFrame,
    seen: pd.DataFrame,
    old: pd.DataFrame,
    new: pd.Series,
    keys: Sequence[str],
    features: Sequence[str],
) -> Survival:
    """What became of a training table. ``old``: the same questions, answered with what had been stored some time ago;
    ``new``: the rows of ``healthy`` that rest on what was known last of all.

    A table that lacks new rows alone, or has old values in some cells, is stale; any other difference is wrong.
    """
    found = healthy[[*keys]].merge(seen.assign(there=True), on=[*keys], how="left", validate="one_to_one")
    before = healthy[[*keys]].merge(old, on=[*keys], how="left", validate="one_to_one")
    missing = found["there"].isna().to_numpy()
    differing = differing_cells(found, healthy, features) & ~missing[:, None]
    if not (missing.any() or differing.any()):
        return Survival(OK)
    wrong = (differing & differing_cells(found, before, features)).any() or missing[~new.to_numpy()].any()
    rows = f"{len(seen)} rows, {int(differing.any(axis=1).sum())} of them otherwise than the {len(healthy)} without it"
    return Survival(WRONG if wrong else STALE, rows)


def _oldest(table: pd.DataFrame) -> float:
    return float(table.filter(like="age_").max(axis=None))
