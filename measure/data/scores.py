"""Log loss and AUC of predicted probabilities, in the data and in every draw of the bootstrap by week."""

import numpy as np
from numpy.typing import NDArray

from measure.data.days import Days

Floats = NDArray[np.float64]


def log_losses(late: NDArray[np.bool_], probability: Floats) -> Floats:
    """The loss of each row in nats; 0 and 1 are moved inwards by the smallest step of a float, as scikit-learn does."""
    step = np.finfo(np.float64).eps
    inside = np.clip(probability, step, 1 - step)
    return -np.where(late, np.log(inside), np.log1p(-inside))


def auc_draws(late: NDArray[np.bool_], probability: Floats, days: Days) -> Floats:
    """The AUC on all rows and in each draw, ties counted half; shape (1 + draws,), NaN where a label is missing.

    AUC is the share of (late, punctual) pairs that are in the right order, so it is enough to count such pairs once for
    every two days; a draw weights these counts. All counts are whole numbers, so no draw is off by a rounding error.
    """
    late_rows, punctual_rows = days.weights @ days.sums(late), days.weights @ days.sums(~late)
    right = ((days.weights @ _pairs(late, probability, days)) * days.weights).sum(axis=1)
    with np.errstate(invalid="ignore"):  # 0 / 0 is the NaN promised above
        return right / 2 / (late_rows * punctual_rows)


def _pairs(late: NDArray[np.bool_], probability: Floats, days: Days) -> Floats:
    """Twice the number of pairs in the right order, late row of day i, punctual row of day j; shape (days, days)."""
    scores, of_day = probability[late], days.of_row[late]
    order = np.argsort(scores)
    scores, of_day = scores[order], of_day[order]
    pairs = np.empty((days.count, days.count))
    for j in range(days.count):
        punctual = np.sort(probability[~late & (days.of_row == j)])
        below = np.searchsorted(punctual, scores, "left") + np.searchsorted(punctual, scores, "right")
        pairs[:, j] = np.bincount(of_day, weights=below, minlength=days.count)
    return pairs
