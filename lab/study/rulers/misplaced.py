"""H27 on the study's results: what it costs to make a transformation in a place where it does not belong."""

from collections.abc import Iterator
from pathlib import Path

from lab.study.results import Results
from lab.study.scorecard_rows import Row, make_absent, make_row
from lab.study.steps.misplaced import PLACED
from lab.systems import find_system
from measure.data.days import Days, estimate


def rows(results: Results) -> Iterator[Row]:
    """By arm and learner the log loss over that of the tables as they are; by arm the training cells gone stale."""
    for name in results.systems:
        if not find_system(name).has_store:
            reason = "nothing is stored, so nothing can be made in the store"
            yield from (make_absent(key, name, "any", reason) for key in ("misplaced_loss", "misplaced_cells"))
            continue
        yield from _compare_losses(results, name)
        for mode, cells in results.by_mode(f"misplaced-{name}", "cells"):
            for of in cells.query("arm != @PLACED").itertuples():
                note = "of all training rows, counted"
                yield Row("misplaced_cells", name, mode, float(of.stale), note=note, part=str(of.arm))


def _compare_losses(results: Results, name: str) -> Iterator[Row]:
    for mode, losses in results.by_mode(f"misplaced-{name}", "losses"):
        for learner, of in losses.groupby("learner", sort=False):
            arms = {str(arm): rows.reset_index(drop=True) for arm, rows in of.groupby("arm", sort=False)}
            placed = arms.pop(PLACED)
            days = Days(placed["day"])
            own = days.ratios(placed["served"], placed["rows"])
            for arm, moved in arms.items():
                over = estimate(days.ratios(moved["served"], moved["rows"]) - own)
                yield make_row("misplaced_loss", name, mode, over, "one fit each, paired by week", f"{arm}, {learner}")


def draw(results: Results, folder: Path) -> None:
    """Figures in words; nothing to draw."""
