"""A demand forecast against the seasonal-naive one, which says that tomorrow will be as the same weekday a week ago.

Rolling, one step ahead, on mean absolute error (Hyndman and Athanasopoulos, *Forecasting: Principles and Practice*, on
benchmark methods and on scaled errors). Skill = 1 − error / naive error: 1 is perfect, 0 no better than last week.
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from measure.data.days import Days, Estimate, estimate
from measure.figures import figure_style

SEASON = 7
"""Days from one weekday to the next."""


class CannotBacktest(ValueError):
    """A table in which a day is missing, given twice, or has nothing before it to be naive about."""


@dataclass(frozen=True)
class Backtest:
    """Mean absolute errors in the unit of the demand, and the skill; intervals by week. ``rows``: places × days."""

    error: Estimate
    naive: Estimate
    skill: Estimate
    rows: int
    days: int


def seasonal_naive(actual: pd.DataFrame) -> pd.DataFrame:
    """What each place had a week ago: a table as ``actual`` (index day, a column a place), null before that.

    Raises ``CannotBacktest`` unless every day follows the one before.
    """
    days = pd.DatetimeIndex(actual.index)
    if not (days[1:] - days[:-1] == pd.Timedelta(days=1)).all():
        raise CannotBacktest("the days of the demand have a gap, or are not in order")
    return actual.shift(SEASON)


def backtest(actual: pd.DataFrame, expected: pd.DataFrame) -> Backtest:
    """Hold a forecast against the naive one, where both say something; tables by day and place, in one unit.

    ``actual`` begins a season before ``expected`` or earlier. Raises ``CannotBacktest``.
    """
    naive = seasonal_naive(actual).reindex_like(expected)
    truth = actual.reindex_like(expected)
    if truth.isna().any(axis=None) or naive.isna().any(axis=None):
        raise CannotBacktest("the demand does not reach as far as the forecast and the week before it")
    days = Days(pd.Series(expected.index.repeat(len(expected.columns))))
    errors = days.means((expected - truth).abs().to_numpy().ravel())
    naives = days.means((naive - truth).abs().to_numpy().ravel())
    figures = (estimate(errors), estimate(naives), estimate(1 - errors / naives))
    return Backtest(*figures, rows=expected.size, days=len(expected))


def draw(actual: pd.DataFrame, expected: pd.DataFrame, path: Path, unit: str, title: str) -> None:
    """What a planner gets: a panel a place, the forecast as a line over what came; writes a PNG to ``path``."""
    with figure_style.page(path, title) as figure:
        panels = figure.subplots(len(expected.columns), 1, sharex=True, squeeze=False)[:, 0]
        for axes, place in zip(panels, expected.columns, strict=True):
            days = pd.DatetimeIndex(expected.index)
            axes.bar(days, actual[place].reindex(expected.index), width=0.8, color="#C8C8C8", label="came")
            axes.plot(days, expected[place], color=figure_style.look("fti").colour, label="expected the evening before")
            axes.set_ylabel(place)
        figure_style.legend(figure, panels[0])
        figure.supylabel(unit, fontsize=18)
