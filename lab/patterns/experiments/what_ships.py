"""What ships with a model: cold start, packages, code that is never called, and what a change of a feature does."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from lab.patterns.ship_changes import copy_versions, measure_changes, weigh_upkeep
from lab.patterns.ship_runs import (
    APART,
    ASKED,
    CELLS,
    DRAGGED,
    FORMS,
    WHOLE,
    Cell,
    make_bodies,
    make_rows,
    measure_starts,
    publish_all,
    watch_replays,
)
from measure.data.comparison import Word
from measure.data.rounds import judge_rounds

ALONE = True
DATA = (
    "lab/patterns/ship_changes.toml",
    "antipatterns/training/training_code_in_serving",
    "reference/release/serving_environment",
)
MARGIN = 1.25
"""A ratio, in every round, as in PREDICTIONS.md."""


def measure(folder: Path, sides: Mapping[str, ModuleType]) -> dict[str, Any]:
    """Ratios of the whole package over the serving environment, and what each side loads, touches and asks for."""
    rows = make_rows()
    homes, bodies = publish_all(rows, sides, folder), make_bodies(rows.tail(ASKED))
    versions = copy_versions(sides, folder / "versions")
    with ThreadPoolExecutor(1) as beside:  # neither of the two is timed
        watching = beside.submit(watch_replays, sides, homes, bodies)
        changes = measure_changes(rows.tail(3000), versions, folder / "changes")
    watched = watching.result()
    starts = compare_starts(measure_starts(sides, homes, bodies))
    return {
        "headline": tell(starts, watched),
        "starts": starts,
        "watched": watched,
        "changes": changes,
        "upkeep": weigh_upkeep(rows, sides),
    }


def compare_starts(seconds: Mapping[Cell, list[float]]) -> list[dict[str, Any]]:
    """A row a form and weight: the ratio's median with the least and the most of the rounds, and the word for it."""
    rows = []
    for cell in CELLS:
        if cell.side == WHOLE:
            ratios = np.array(seconds[cell]) / np.array(seconds[Cell(APART, cell.form)])
            found = {"value": float(np.median(ratios)), "low": float(ratios.min()), "high": float(ratios.max())}
            told = {"form": cell.form, "dragged": cell.dragged, "word": judge_rounds(1 / ratios, MARGIN).value}
            rows.append(told | found)
    return rows


def tell(starts: list[dict[str, Any]], watched: list[dict[str, Any]]) -> str:
    """The result in one line."""
    said = []
    for form in FORMS:
        bare = next(row for row in starts if (row["form"], row["dragged"]) == (form, "bare"))
        by_side = {row["side"]: row for row in watched if row["form"] == form and row["dragged"] == "bare"}
        megabytes = by_side[WHOLE]["megabytes"] / by_side[APART]["megabytes"]
        longer = f"{bare['value']:.1f} times as long to the first answer"
        said.append(f"{form}: {longer}, {megabytes:.1f} times the bytes, {find_turn(starts, form)}")
    return "whole training package over serving environment, " + "; ".join(said)


def find_turn(starts: list[dict[str, Any]], form: str) -> str:
    """From which weight of the training package on a serving environment pays."""
    words = {row["dragged"]: row["word"] for row in starts if row["form"] == form}
    better = [weight for weight in DRAGGED if words[weight] == Word.BETTER]
    if not better:
        return "it pays at no weight"
    return "it pays at every weight" if len(better) == len(DRAGGED) else f"it pays from {better[0]} on"
