"""Ruler 3 between worlds, on the study's results."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from lab.study.results import Results
from lab.study.scorecard_rows import Row, make_absent
from lab.systems import find_rival
from measure.data.worlds import Worlds, over_worlds
from measure.data.worlds import draw as draw_worlds
from problem.questions import NEW_YORK

Key = tuple[str, str]


def rows(results: Results) -> Iterator[Row]:
    """Median gap and lead with the extremes of the worlds."""
    every = measure_losses(results)
    for (name, mode), of in every.items():
        yield _row("gap_worlds", name, mode, over_worlds((of["served"] - of["believed"]).to_dict()))
        if rival := find_rival(name, [other for other, its in every if its == mode]):
            lead = of["served"] - every[rival, mode]["served"]
            yield _row("lead_worlds", name, mode, over_worlds(lead.to_dict()))
        else:
            yield make_absent("lead_worlds", name, mode, "no other system was asked such questions")


def draw(results: Results, folder: Path) -> None:
    """The gap in every world."""
    gaps = {key: over_worlds((of["served"] - of["believed"]).to_dict()) for key, of in measure_losses(results).items()}
    draw_worlds(
        gaps, "served − believed log loss", folder / "worlds.png", "The gap between belief and service, by month"
    )


def measure_losses(results: Results) -> dict[Key, pd.DataFrame]:
    """Mean believed and served log loss of every world, by the month served."""
    found = {}
    for name in results.systems:
        for mode, worlds in results.by_mode(f"worlds-{name}", "worlds"):
            months = worlds["origin"].dt.tz_convert(NEW_YORK).dt.strftime("%b")
            found[name, mode] = worlds.set_index(months)[["believed", "served"]]
    return found


def _row(key: str, name: str, mode: str, worlds: Worlds) -> Row:
    note = f"above 0 in {worlds.above_zero} of {len(worlds.by_world)} worlds; low and high are the extremes"
    return Row(key, name, mode, worlds.median, worlds.low, worlds.high, note)
