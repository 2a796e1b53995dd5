"""How far apart two distributions are: counts per bin in, one number out.

Jensen-Shannon distance for numbers (Lin 1991, Endres and Schindelin 2003), L-infinity for categories: the pair that
TensorFlow Data Validation uses (Breck et al. 2019, "Data Validation for Machine Learning"). Population stability index:
Siddiqi 2006, "Credit Risk Scorecards".
"""

from collections.abc import Callable

import numpy as np
from scipy.spatial.distance import jensenshannon

from measure.data.bins import Counts, Floats

EMPTY = 1e-4  # the share that many tools put in the place of an empty bin, where PSI would be infinite

Distance = Callable[[Counts, Counts], Floats]
"""Counts of two sides, shape (..., bins), to distances, shape (...)."""


def jensen_shannon(left: Counts, right: Counts) -> Floats:
    """The Jensen-Shannon distance to base 2: 0 for the same shares, 1 where no bin is common."""
    return np.asarray(jensenshannon(_shares(left), _shares(right), base=2, axis=-1), dtype=np.float64)


def l_infinity(left: Counts, right: Counts) -> Floats:
    """The largest difference between two shares of one bin, 0 to 1."""
    return np.abs(_shares(left) - _shares(right)).max(axis=-1)


def psi(left: Counts, right: Counts) -> Floats:
    """The population stability index; 18.4 for two sides without a common bin, as empty bins count as ``EMPTY``."""
    one, other = np.maximum(_shares(left), EMPTY), np.maximum(_shares(right), EMPTY)
    return ((one - other) * np.log(one / other)).sum(axis=-1)


def with_floor(distance: Distance, left: Counts, right: Counts, draws: int, seed: int) -> tuple[float, float]:
    """The distance, and the 95th percentile of the distances after ``draws`` random relabellings of the pooled rows.

    Relabelling rows is drawing counts: those of the left side are multivariate hypergeometric (permutation test, Good
    2005). Two samples of one distribution come out above the floor about one time in twenty.
    """
    pooled = left + right
    random = np.random.default_rng(seed)
    drawn = random.multivariate_hypergeometric(pooled, left.sum(), size=draws, method="marginals")
    relabelled = np.vstack([left, drawn])  # the data go the same way as the draws, rounding included
    found = distance(relabelled, pooled - relabelled)
    return float(found[0]), float(np.quantile(found[1:], 0.95))


def _shares(counts: Counts) -> Floats:
    return counts / counts.sum(axis=-1, keepdims=True)
