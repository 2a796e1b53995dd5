"""Where the verdict turns: from which share of broken extracts on one policy is better than another."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from lab.patterns.weekly_models import Losses
from lab.patterns.weekly_policies import RATES, Key, Year
from measure.data.comparison import judge_difference
from measure.data.days import Days, Estimate, estimate

MARGIN = 0.005
"""Nats a flight, as in PREDICTIONS.md."""
BLOCK = 4
"""Weeks that are drawn together: what makes models old, a season, lasts longer than a week."""


class Pair(NamedTuple):
    """Two policies, each a schedule and a way out."""

    own: tuple[str, str]
    rival: tuple[str, str]


STRAIGHT = ("weekly", "straight out")
PAIRS = {
    "never against weekly": Pair(("never", "straight out"), STRAIGHT),
    "on complaint against weekly": Pair(("on complaint", "straight out"), STRAIGHT),
    "monthly against weekly": Pair(("monthly", "straight out"), STRAIGHT),
    "gate against straight out": Pair(("weekly", "gate"), STRAIGHT),
    "person against straight out": Pair(("weekly", "person"), STRAIGHT),
    "person against gate": Pair(("weekly", "person"), ("weekly", "gate")),
    "person once a month against weekly": Pair(("monthly", "person"), STRAIGHT),
}


class Turn(NamedTuple):
    """The ``first`` word, where no extract is broken; the ``last``, at the highest rate; from which rate on that holds
    at every higher one, 0 if the verdict does not turn."""

    first: str
    last: str
    at: float


def compare_pairs(years: Mapping[Key, Sequence[Year]], flights: Losses) -> list[dict[str, Any]]:
    """A row a pair and rate: the difference in mean regret with its 95 % interval, and the word for it.

    ``flights``: how many each week of ``Year.lost`` has.
    """
    rows = []
    for name, pair in PAIRS.items():
        for rate in RATES:
            difference = estimate_difference(years[*pair.own, rate], years[*pair.rival, rate], flights)
            word = judge_difference(difference, MARGIN)
            rows.append({"pair": name, "rate": rate, "word": word.value} | vars(difference))
    return rows


def estimate_difference(own: Sequence[Year], rival: Sequence[Year], flights: Losses) -> Estimate:
    """Mean of the paired differences in regret, with its interval from a bootstrap of placements and of weeks.

    Another year has other weeks, and its broken extracts fall on other Mondays: both are drawn, weeks in blocks.
    """
    lost = np.array([a.lost - b.lost for a, b in zip(own, rival, strict=True)]) * flights
    weeks = Days(np.arange(len(flights)), block=BLOCK).weights
    draws = len(weeks) - 1
    placements = np.random.default_rng(2013).multinomial(len(lost), np.full(len(lost), 1 / len(lost)), size=draws)
    taken = np.vstack([np.ones(len(lost)), placements]) / len(lost)
    return estimate(np.einsum("dw,dw->d", taken @ lost, weeks) / (weeks @ flights))


def find_turn(compared: Sequence[Mapping[str, Any]], pair: str) -> Turn:
    """Where the verdict on a pair turns for good."""
    words = {row["rate"]: row["word"] for row in compared if row["pair"] == pair}
    first, last = words[min(words)], words[max(words)]
    at = min(rate for rate in words if all(words[other] == last for other in words if other >= rate))
    return Turn(first, last, at)
