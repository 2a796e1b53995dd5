"""What alarms on distributions say about one feature, as three tables hold it: training, offline and served."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd
from scipy.stats import ks_2samp

from measure.data.bins import Floats, category_counts, limits, number_counts
from measure.data.distances import jensen_shannon, l_infinity, psi, with_floor
from measure.data.table_compare import CannotCompare, kind_of

BINS = 20
PSI_BINS = 10  # PSI's own custom: deciles
NUMBERS = {"integer", "number"}

Columns = Mapping[str, pd.Series]
"""One feature in each table, in the order training, offline, served; the names are for messages."""


@dataclass(frozen=True)
class Alarms:
    """The columns of ``measure.data.monitor.Monitored``, for one feature."""

    kind: str
    distance: float
    floor: float
    above_floor: bool
    psi: float
    ks: float
    ks_p: float
    drift: float


def alarms(name: str, columns: Columns, is_category: bool, draws: int, seed: int) -> Alarms:
    """Number or category: booleans are categories, named or not.

    Raises ``CannotCompare`` for types without a common distribution, such as instants, or text not named a category.
    """
    kinds = {side: kind_of(column) for side, column in columns.items()}
    known = set(kinds.values()) - {"null"}
    is_category = is_category or known == {"boolean"}
    if not (known <= NUMBERS or (is_category and known in ({"text"}, {"boolean"}))):
        held = ", ".join(f"{kind} in {side}" for side, kind in kinds.items())
        raise CannotCompare(f"no common {'categories' if is_category else 'numbers'} in column {name!r}: {held}")
    return (_of_categories if is_category else _of_numbers)(columns, draws, seed)


def _of_numbers(columns: Columns, draws: int, seed: int) -> Alarms:
    training, offline, served = (column.to_numpy(np.float64, na_value=nan) for column in columns.values())
    ends, deciles = limits(training, BINS), limits(training, PSI_BINS)
    before, left, right = (number_counts(values, ends) for values in (training, offline, served))
    distance, floor = with_floor(jensen_shannon, left, right, draws, seed)
    index = float(psi(number_counts(offline, deciles), number_counts(served, deciles)))
    drift = float(jensen_shannon(before, left))
    return Alarms("number", distance, floor, distance > floor, index, *_ks(offline, served), drift)


def _of_categories(columns: Columns, draws: int, seed: int) -> Alarms:
    before, left, right = category_counts([*columns.values()])
    distance, floor = with_floor(l_infinity, left, right, draws, seed)
    drift = float(l_infinity(before, left))
    return Alarms("category", distance, floor, distance > floor, float(psi(left, right)), nan, nan, drift)


def _ks(offline: Floats, served: Floats) -> tuple[float, float]:
    """Statistic and p-value of the values that are there: the test knows no nulls."""
    left, right = (values[~np.isnan(values)] for values in (offline, served))
    if not (len(left) and len(right)):
        return nan, nan
    found = ks_2samp(left, right, method="asymp")
    return float(found.statistic), float(found.pvalue)
