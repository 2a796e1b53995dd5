"""Uncertainty within one world: the bootstrap by day.

The flights of one day share its weather and its queues, so whole days are drawn, with replacement (cluster bootstrap,
percentile intervals; Davison and Hinkley 1997, sections 3.8 and 5.3). All figures of one comparison use the same draws,
so that their differences are paired.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

DRAWS = 2_000
SEED = 2013
LEVEL = 0.95


class CannotDraw(ValueError):
    """Labels from which no days can be drawn."""


@dataclass(frozen=True)
class Estimate:
    """A figure on all rows and its 95 % interval, in the unit of the figure."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


class Days:
    """The rows' days, and how often each draw takes each day.

    ``weights`` has shape (1 + draws, days): row 0 takes every day once, so that it stands for the data themselves.
    """

    def __init__(self, labels: ArrayLike, draws: int = DRAWS, seed: int = SEED) -> None:
        """``labels``: one label a row, sortable. Raises ``CannotDraw`` for a null label and for fewer than two days."""
        self.of_row, self.labels = pd.factorize(pd.Series(labels), sort=True)
        self.count = len(self.labels)
        if (self.of_row < 0).any():
            raise CannotDraw(f"{(self.of_row < 0).sum()} rows have no day")
        if self.count < 2:
            raise CannotDraw(f"a bootstrap by day needs two days or more, got {self.count}")
        drawn = np.random.default_rng(seed).multinomial(self.count, np.full(self.count, 1 / self.count), size=draws)
        self.weights = np.vstack([np.ones(self.count), drawn])

    def sums(self, values: ArrayLike) -> NDArray[np.float64]:
        """The sum of one value per row, for each day; shape (days,)."""
        return np.bincount(self.of_row, weights=values, minlength=self.count).astype(np.float64)

    def means(self, values: ArrayLike) -> NDArray[np.float64]:
        """The mean of one value per row, in the data and in each draw; shape (1 + draws,)."""
        return self.ratios(values, np.ones(len(self.of_row)))

    def ratios(self, values: ArrayLike, counts: ArrayLike) -> NDArray[np.float64]:
        """Sums of values over sums of counts, in the data and in each draw: means, where rows are sums already."""
        return (self.weights @ self.sums(values)) / (self.weights @ self.sums(counts))


def sum_by_day(day: ArrayLike, figures: Mapping[str, ArrayLike]) -> pd.DataFrame:
    """``day``, the number of its ``rows``, and the sum of each figure: all that ``Days.ratios`` needs of many rows."""
    days = Days(day, draws=0)
    sums = {name: days.sums(values) for name, values in figures.items()}
    return pd.DataFrame({"day": days.labels, "rows": days.sums(np.ones(len(days.of_row))), **sums})


def estimate(drawn: NDArray[np.float64]) -> Estimate:
    """The data's figure (entry 0) with the interval of the draws (the rest).

    A draw in which the figure is undefined (NaN) has no place in the interval.
    """
    tail = (1 - LEVEL) / 2
    low, high = np.nanquantile(drawn[1:], [tail, 1 - tail])
    return Estimate(float(drawn[0]), float(low), float(high))
