"""Ruler 1, the four classes: is a cell equal, another value, or null on one side only?

The two kinds of nulls are different faults: a gap where training always saw a value, and a value where training saw a
gap. See ``measure.data.skew`` for the ruler itself.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from measure.data.days import Days, Estimate, estimate
from measure.data.skew import CLASSES, SIDES
from measure.data.table_compare import compare_tables, match_rows

Shares = Mapping[str, Estimate]
"""The share of cells (0 to 1) in each class of ``CLASSES``, with its 95 % interval; the four make 1."""
ALL = "all features"


def class_shares(
    offline: pd.DataFrame, served: pd.DataFrame, on: Sequence[str], features: Sequence[str], days: ArrayLike
) -> dict[str, Shares]:
    """The classes of every feature's cells, and under ``ALL`` those of all cells; intervals from a bootstrap by week.

    ``days`` labels the rows of ``offline``. Raises ``CannotCompare`` as ``measure.data.skew.row_skew`` does.
    """
    left, right = match_rows(offline, served, on, features, SIDES)
    by_day, found = Days(days), {}
    for name in features:
        cells = compare_tables(left[name], right[name], SIDES)
        found[name] = {label: by_day.means((cells == cell).astype(float)) for label, cell in CLASSES.items()}
    found[ALL] = {label: np.mean([found[name][label] for name in features], axis=0) for label in CLASSES}
    return {name: {label: estimate(drawn) for label, drawn in of.items()} for name, of in found.items()}
