"""Values counted in bins: the form in which a monitor sees a feature."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


def limits(training: Floats, bins: int) -> Floats:
    """Where the quantile bins of the training values end, but for the last; at most ``bins - 1`` limits, rising.

    A limit belongs to the bin below it, and the outer bins are open to the outside. A value that fills several bins
    gets one to itself, so that a feature that was constant in training can be seen to move. Nulls (NaN) do not count.
    """
    present = np.sort(training[~np.isnan(training)])
    if not len(present):
        return np.empty(0)
    quantiles = present[(np.arange(1, bins) * len(present) - 1) // bins]  # whole numbers: no rounding at the edges
    values, times = np.unique(quantiles, return_counts=True)
    return np.unique(np.concatenate([values, np.nextafter(values[times > 1], -np.inf)]))


def number_counts(values: Floats, ends: Floats) -> Counts:
    """How many values fall into each bin, nulls (NaN) into one of their own, the last; shape (limits + 2,)."""
    null = np.isnan(values)
    counts = np.bincount(np.searchsorted(ends, values[~null]), minlength=len(ends) + 1)
    return np.append(counts, null.sum())


def category_counts(columns: Sequence[pd.Series]) -> list[Counts]:
    """How often each column holds each category of any of them, nulls last; each of shape (categories + 1,)."""
    codes, categories = pd.factorize(pd.concat([column.astype(object) for column in columns], ignore_index=True))
    codes = np.where(codes < 0, len(categories), codes)
    parts = np.split(codes, np.cumsum([len(column) for column in columns])[:-1])
    return [np.bincount(part, minlength=len(categories) + 1) for part in parts]
