"""How far a column of a day is from the week before it, over bins that are laid through the week."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial.distance import jensenshannon

from problem.watched import Rows

BINS = 10
Floats = NDArray[np.float64]


def measure_distances(day: Rows, week: Rows, names: list[str]) -> dict[str, float]:
    """By column, the Jensen-Shannon distance to base 2: 0 for the same shares, 1 for nothing in common; NaN where one
    of the two has no rows."""
    if day.empty or week.empty:
        return dict.fromkeys(names, float("nan"))
    return {name: _measure_distance(day[name], week[name]) for name in names}


def count_nulls(day: Rows, names: list[str]) -> dict[str, float]:
    """By column, the share of nulls; NaN for no rows."""
    return day[names].isna().mean().to_dict()


def _measure_distance(day: pd.Series, week: pd.Series) -> float:
    is_text = not pd.api.types.is_numeric_dtype(week)
    places, bins = (_place_names if is_text else _place_numbers)(day.to_numpy(), week.to_numpy())
    one, other = (np.bincount(each, minlength=bins) / len(each) for each in places)
    return float(jensenshannon(one, other, base=2))


def _place_numbers(day: Floats, week: Floats) -> tuple[list[NDArray[np.int64]], int]:
    """The bin of each value of both; nulls have one of their own."""
    known = week[~np.isnan(week)]
    ends = np.unique(np.quantile(known, np.arange(1, BINS) / BINS)) if len(known) else np.array([])
    null = len(ends) + 1
    return [np.where(np.isnan(each), null, np.searchsorted(ends, each)) for each in (day, week)], null + 1


def _place_names(day: NDArray[np.object_], week: NDArray[np.object_]) -> tuple[list[NDArray[np.int64]], int]:
    codes, names = pd.factorize(np.concatenate([day, week]), use_na_sentinel=False)
    return [codes[: len(day)], codes[len(day) :]], len(names)
