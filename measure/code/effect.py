"""What one mutant did to what training sees and to what serving sees."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from measure.data.table_compare import CannotCompare, Cell, compare_tables, match_rows

SIDES = ("training", "serving")
ONE_SIDED = ("training only", "serving only")
SILENT = ("both", *ONE_SIDED)
VERDICTS = (*SILENT, "no effect", "loud")


class CannotMeasure(ValueError):
    """Mutants from which no ratio can be taken."""


@dataclass(frozen=True)
class Outcome:
    """What one side gave: a table on keys, or the text of its failure."""

    table: pd.DataFrame | None
    failure: str = ""


@dataclass(frozen=True)
class Sides:
    """What training saw and what serving saw, of the same questions."""

    training: Outcome
    serving: Outcome


def effect(baseline: Sides, mutated: Sides, on: Sequence[str], features: Sequence[str]) -> dict[str, object]:
    """What one mutant changed, against the unchanged code: as columns.

    ``cells`` is the number of (question, feature) pairs; of these ``cells_both`` changed on both sides,
    ``cells_training`` and ``cells_serving`` on one only. ``features_training`` and ``features_serving`` name the
    features that changed on a side, separated by blanks. A failure on either side is kept, and nothing is compared.
    Answers that cannot be compared (other keys, other types) are a failure too. Raises ``CannotMeasure`` if the
    baseline failed.
    """
    if baseline.training.table is None or baseline.serving.table is None:
        raise CannotMeasure(f"the unchanged code fails: {baseline.training.failure or baseline.serving.failure}")
    changed, failures = {}, {}
    for side in SIDES:
        changed[side], failures[f"{side}_failure"] = _changed(
            getattr(baseline, side), getattr(mutated, side), on, features, baseline.serving.table
        )
    if any(failures.values()):
        changed = dict.fromkeys(SIDES, pd.DataFrame(False, index=[0], columns=list(features)))
    training, serving = changed["training"].to_numpy(), changed["serving"].to_numpy()
    return failures | {
        "cells": len(baseline.serving.table) * len(features),
        "cells_both": int((training & serving).sum()),
        "cells_training": int((training & ~serving).sum()),
        "cells_serving": int((serving & ~training).sum()),
        "features_training": _names(changed["training"]),
        "features_serving": _names(changed["serving"]),
    }


def verdict(training_failure: str, serving_failure: str, training: str, serving: str) -> str:
    """One of ``VERDICTS``, from the failures and the features changed; both if a feature changed on both sides."""
    if training_failure or serving_failure:
        return "loud"
    if set(training.split()) & set(serving.split()):
        return "both"
    return "training only" if training else "serving only" if serving else "no effect"


def _changed(
    before: Outcome, after: Outcome, on: Sequence[str], features: Sequence[str], order: pd.DataFrame
) -> tuple[pd.DataFrame, str]:
    """Which cells of one side changed, rows in the order of ``order``; and why it cannot be told, if so."""
    if after.table is None or before.table is None:
        return pd.DataFrame(), after.failure or "no answer"
    sides = ("unchanged", "mutated")
    try:
        _, old = match_rows(order, before.table, on, features, sides)
        left, right = match_rows(old, after.table, on, features, sides)
        cells = {name: compare_tables(left[name], right[name], sides) != Cell.EQUAL for name in features}
    except CannotCompare as error:
        return pd.DataFrame(), f"CannotCompare: {error}"
    return pd.DataFrame(cells), ""


def _names(changed: pd.DataFrame) -> str:
    return " ".join(changed.columns[changed.any()])
