"""What size is worth: log losses with intervals on paired days, and what a second answer changes."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.patterns.sized_models import LEARNER, SIZES, STACK, Flights, Risks
from measure.data.comparison import Word, judge_difference
from measure.data.days import Days, Estimate, estimate
from measure.data.scores import log_losses

MARGIN, COST_MARGIN, EVEN_MARGIN = 0.005, 0.01, 0.1
"""Nats an answer; warnings a flight; of a share. As in PREDICTIONS.md."""
OFF = (0.05, 0.1)
PRICES = (2, 3, 5, 10)
"""What a late flight costs of which nobody was warned, in warnings: one warns if risk times price is above 1."""
Floats = NDArray[np.float64]


class Judge:
    """Served flights, on whose days all figures are drawn."""

    def __init__(self, flights: Flights) -> None:
        self.late = flights.served["late"].to_numpy(bool)
        self.days = Days(flights.served["day"])

    def draw_losses(self, risks: Risks) -> dict[str, Floats]:
        """By size, the mean log loss in nats: in the data, and in each draw."""
        return {name: self.days.means(log_losses(self.late, risk)) for name, risk in risks.items()}

    def compare_sizes(self, drawn: Mapping[str, Floats]) -> list[dict[str, Any]]:
        """A row a size: its log loss, and its difference to the study's learner and to the stack, with a word each."""
        return [
            {
                "size": name,
                "loss": vars(estimate(drawn[name])),
                "to_learner": tell(drawn[name] - drawn[LEARNER], MARGIN),
                "to_stack": tell(drawn[name] - drawn[STACK], MARGIN),
            }
            for name in SIZES
        ]

    def count_changes(self, first: Floats, second: Floats) -> dict[str, Any]:
        """The shares of answers that the second one moves, by how much."""
        return {f"{off:g}": vars(estimate(self.days.means(np.abs(first - second) > off))) for off in OFF}

    def compare_decisions(self, first: Floats, second: Floats) -> list[dict[str, Any]]:
        """A row a price: the share of decisions that flip, how many of these the second answer has right, and the
        difference in cost, second minus first, in warnings a flight."""
        return [{"price": price} | self._compare_at(price, first, second) for price in PRICES]

    def _compare_at(self, price: float, first: Floats, second: Floats) -> dict[str, Any]:
        before, after = (risk * price > 1 for risk in (first, second))
        flips = before != after
        right = self.days.ratios(flips & (after == self.late), flips)
        dearer = self._cost(after, price) - self._cost(before, price)
        return {
            "flips": vars(estimate(self.days.means(flips))),
            "right": vars(estimate(right)),
            "cost": tell(self.days.means(dearer), COST_MARGIN),
        }

    def _cost(self, warned: NDArray[np.bool_], price: float) -> Floats:
        """A warning costs 1, whether it was needed or not; a late flight without one the price."""
        return np.where(warned, 1.0, np.where(self.late, price, 0.0))


def tell(drawn: Floats, margin: float) -> dict[str, Any]:
    """A difference with its interval, and the word for it; less is better."""
    difference = estimate(drawn)
    return {"word": judge_difference(difference, margin).value, **vars(difference)}


def find_enough(rows: list[dict[str, Any]]) -> str:
    """The smallest size to which no larger one is better, by a margin worth having, as far as can be told: the stack is
    the largest. ``rows``: see ``compare_sizes``."""
    return next(row["size"] for row in rows if row["to_stack"]["word"] != Word.WORSE)


def read_estimate(row: Mapping[str, Any]) -> Estimate:
    """The estimate in a row of results."""
    return Estimate(row["value"], row["low"], row["high"])
