"""What predictions are worth beside some that need no model: a constant rate, and a table of rates by group.

A log loss says little by itself: it depends on how often flights are late. Skill, which does not, is the share of the
constant's loss that a model takes away (Murphy 1988, "Skill scores based on the mean square error", for log loss).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from measure.data.days import Days, Estimate, estimate
from measure.data.scores import Floats, log_losses

SMOOTHING = 20.0
"""How many rows of the overall rate each group is given: a group of two rows then says next to nothing by itself."""


@dataclass(frozen=True)
class Rates:
    """Shares of late rows: ``overall``, and ``by_group`` with the columns that make the groups and ``rate``."""

    overall: float
    by_group: pd.DataFrame

    def predict(self, groups: pd.DataFrame) -> Floats:
        """The rate of each row's group; the overall rate for a group that was never seen."""
        of_row = groups.merge(self.by_group, how="left", on=list(groups.columns))["rate"]
        return of_row.fillna(self.overall).to_numpy(float)


def fit_rates(groups: pd.DataFrame, late: ArrayLike, smoothing: float = SMOOTHING) -> Rates:
    """Rates by group, each drawn to the overall one by ``smoothing`` rows of it.

    ``groups``: the columns that make the groups; ``late``: 0 or 1 for each row. Raises ``ValueError`` for no rows.
    """
    if groups.empty:
        raise ValueError("rates need a row at least")
    labels = np.asarray(late, float)
    counted = groups.assign(late=labels).groupby(list(groups.columns))["late"].agg(["sum", "count"])
    overall = float(labels.mean())
    rate = (counted["sum"] + smoothing * overall) / (counted["count"] + smoothing)
    return Rates(overall, rate.rename("rate").reset_index())


@dataclass(frozen=True)
class Worth:
    """``log_loss`` in nats a row; ``skill``: the share of the constant's loss that is taken away, below 0 if it grows;
    ``over_table``: log loss minus the table's, below 0 where the model is better. Intervals are paired by week."""

    log_loss: Estimate
    skill: Estimate
    over_table: Estimate


def measure_worth(
    late: ArrayLike, day: ArrayLike, predicted: ArrayLike, constant: ArrayLike, table: ArrayLike
) -> Worth:
    """What predictions are worth beside a constant and a table, on the same rows in the same order.

    ``late``: 0 or 1; ``day``: a sortable label; the rest: probabilities of 1; each of shape (rows,). Raises
    ``CannotDraw`` for fewer than two days.
    """
    days, truth = Days(day), np.asarray(late).astype(bool)
    own, plain, grouped = (
        days.means(log_losses(truth, np.asarray(side, float))) for side in (predicted, constant, table)
    )
    return Worth(estimate(own), estimate(1 - own / plain), estimate(own - grouped))
