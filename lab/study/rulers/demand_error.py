"""The nightly demand forecast on the study's results: its backtest, and the planner's table and picture."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from lab.study.results import Results
from lab.study.scorecard_rows import Row, make_absent, make_row
from lab.systems import find_system
from measure.data.backtest import backtest
from measure.data.backtest import draw as draw_demand

PLANNER = "demand.csv"
MODE = "batch"


def rows(results: Results) -> Iterator[Row]:
    """The error in seats a day and airport, and the skill over the same weekday a week before."""
    for name in results.systems:
        if not find_system(name).has_store:
            why = "the third model is not put into service there: the change request C15 does it"
            yield from (make_absent(key, name, MODE, why) for key in ("demand_error", "demand_skill"))
            continue
        found = backtest(*read_tables(results, name))
        note = f"{found.rows} airport days; the naive forecast is off by {found.naive.value:.0f} seats"
        for key, figure in (("demand_error", found.error), ("demand_skill", found.skill)):
            yield make_row(key, name, MODE, figure, note)


def read_tables(results: Results, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What came and what was expected: a row a New York day, a column an airport, seats."""
    actual, expected = (results.table(f"demand-{name}", table) for table in ("actual", "expected"))
    return actual.asfreq("D", fill_value=0.0), expected


def draw(results: Results, folder: Path) -> None:
    """The planner's picture, and beside it the table."""
    for name in (name for name in results.systems if find_system(name).has_store):
        actual, expected = read_tables(results, name)
        title = "Rebooking seats a day, foretold the evening before"
        draw_demand(actual, expected, folder / "demand.png", "seats", title)
        expected.round().astype(int).to_csv(folder / PLANNER)
