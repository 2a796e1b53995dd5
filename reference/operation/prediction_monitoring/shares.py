"""How far the columns of a day are from the week before it, over bins that are laid through the week."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import rel_entr

from problem.contract import CATEGORIES
from problem.watched import Rows

BINS = 10
Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


def measure_distances(day: Rows, week: Rows, names: Sequence[str]) -> dict[str, float]:
    """By column, how far apart the shares of the bins are, 0 to 1; NaN where one of the two has no rows."""
    if day.empty or week.empty:
        return dict.fromkeys(names, float("nan"))
    numbers, texts = ([name for name in names if (name in CATEGORIES) is is_text] for is_text in (False, True))
    sorted_days, sorted_weeks = (np.sort(rows[numbers].to_numpy(float).T) for rows in (day, week))  # nulls come last
    counted = [count_numbers(one, other) for one, other in zip(sorted_days, sorted_weeks, strict=True)]
    found = dict(zip(numbers, measure_distance(*map(np.array, zip(*counted, strict=True))), strict=True))
    found |= {name: measure_distance(*count_names(day[name], week[name])) for name in texts}
    return {name: float(found[name]) for name in names}


def count_nulls(day: Rows, names: Sequence[str]) -> dict[str, float]:
    """By column, the share of nulls; NaN for no rows."""
    if day.empty:
        return dict.fromkeys(names, float("nan"))
    return dict(zip(names, day[[*names]].isna().to_numpy().mean(axis=0), strict=True))


def measure_distance(counts: Counts, others: Counts) -> Floats:
    """The Jensen-Shannon distance to base 2 of counts, shape (..., bins): 0 for the same shares, 1 for others."""
    one, other = (each / each.sum(axis=-1, keepdims=True) for each in (counts, others))
    between = (one + other) / 2
    apart = (rel_entr(one, between) + rel_entr(other, between)).sum(axis=-1) / 2 / np.log(2)
    return np.sqrt(np.maximum(apart, 0.0))


def count_numbers(day: Floats, week: Floats) -> tuple[Counts, Counts]:
    """How many values of both fall between the week's deciles, each of which belongs to the bin below it; nulls, of
    which both have theirs at the end, have a bin of their own. Both are sorted."""
    known = len(week) - int(np.isnan(week).sum())
    ends = week[np.arange(1, BINS) * known // BINS] if known else np.full(BINS - 1, np.inf)
    return _count_between(day, ends), _count_between(week, ends)


def count_names(day: pd.Series, week: pd.Series) -> tuple[Counts, Counts]:
    """How often each name is in both; null is one, too."""
    codes, names = pd.factorize(np.concatenate([day, week]), use_na_sentinel=False)
    return np.bincount(codes[: len(day)], minlength=len(names)), np.bincount(codes[len(day) :], minlength=len(names))


def _count_between(values: Floats, ends: Floats) -> Counts:
    known = len(values) - int(np.isnan(values).sum())
    return np.diff([0, *np.searchsorted(values[:known], ends, side="right"), known, len(values)])
