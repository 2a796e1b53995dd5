"""How small a factor a cross-check sees with a tolerance, and how often it rings at nothing then."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from lab.patterns.owned_checks import WINDOW, list_starts
from lab.patterns.owned_deliveries import DIALLED, FACTORS, Deliveries
from lab.patterns.owned_turns import SEEN, SMALL
from lab.patterns.owned_verdicts import Row, list_quiet
from lab.patterns.watched_year import DAY
from measure.data.days import Days, estimate
from problem.owned import COLUMNS
from reference.operation.owned_system.cross_checks import EXPECTED, measure_apart

TOLERANCES = (0.0005, 0.001, 0.002, 0.005, 0.01)
"""As a share of what a column is held against; the last is that of the contract."""
Apart = Mapping[pd.Timestamp, float]


def judge_tolerances(
    deliveries: Deliveries, places: pd.DataFrame, starts: Sequence[pd.Timestamp] = (), factors: Sequence[float] = ()
) -> list[Row]:
    """A row a column and tolerance: the least small factor from which on it is seen, undeclared, None for none or where
    no factor is tried; days in 30 with a false alarm. ``starts``, ``factors``: all of the experiment for none."""
    starts, small = starts or list_starts(), [each for each in factors or FACTORS if each <= SMALL]
    windows = [[start + number * DAY for number in range(WINDOW)] for start in starts]
    rows = []
    for column in EXPECTED:
        quiet = _measure(deliveries, places, column, list_quiet(), 1.0)
        tried = (1.0, *small) if column in DIALLED else ()
        apart = {
            factor: _measure(deliveries, places, column, {day for of in windows for day in of}, factor)
            for factor in tried
        }
        for tolerance in TOLERANCES:
            seen = {factor: _share(of, windows, tolerance) for factor, of in apart.items()}
            rung = [quiet[day] > tolerance for day in list_quiet()]
            false = estimate(30 * Days(np.array(list_quiet())).means(rung))
            rows.append({"column": column, "tolerance": tolerance, "sees": _turn(seen), **vars(false)})
    return rows


def _measure(
    deliveries: Deliveries, places: pd.DataFrame, column: str, days: Iterable[pd.Timestamp], factor: float
) -> Apart:
    """By day, how far a column is from what it is held against, if it is so many times what it was."""
    source = next(name for name, columns in COLUMNS.items() if column in columns)
    frames = {day: deliveries[source, day].rows for day in days}
    return {
        day: measure_apart(column, rows.assign(**{column: rows[column] * factor}), places)
        for day, rows in frames.items()
    }


def _share(apart: Apart, windows: Sequence[Sequence[pd.Timestamp]], tolerance: float) -> float:
    """Of the placements, those in which it rings."""
    return float(np.mean([any(apart[day] > tolerance for day in window) for window in windows]))


def _turn(seen: Mapping[float, float]) -> str | None:
    """``seen``: by factor, the share of placements; 1 stands for those in which it rings anyway."""
    factors = [factor for factor in seen if factor > 1]
    last = None
    for factor in reversed(factors):
        if seen[factor] - seen[1.0] < SEEN:
            break
        last = f"{factor:g}"
    return last
