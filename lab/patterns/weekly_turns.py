"""Where the verdict turns: from which share of broken extracts on one policy is better than another."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from lab.patterns.weekly_policies import RATES, Key, Year
from measure.data.comparison import Word, judge_difference
from measure.data.days import Estimate

MARGIN = 0.005
"""Nats a flight, as in PREDICTIONS.md."""
DRAWS = 1_000


class Pair(NamedTuple):
    """Two policies, each a schedule and a way out."""

    own: tuple[str, str]
    rival: tuple[str, str]


PAIRS = {
    "weekly against never": Pair(("weekly", "straight out"), ("never", "straight out")),
    "weekly against on complaint": Pair(("weekly", "straight out"), ("on complaint", "straight out")),
    "weekly against monthly": Pair(("weekly", "straight out"), ("monthly", "straight out")),
    "gate against straight out": Pair(("weekly", "gate"), ("weekly", "straight out")),
    "person against gate": Pair(("weekly", "person"), ("weekly", "gate")),
    "person against straight out": Pair(("weekly", "person"), ("weekly", "straight out")),
}


def compare_pairs(years: Mapping[Key, Sequence[Year]]) -> list[dict[str, Any]]:
    """A row a pair and rate: the difference in mean regret with its interval over placements, and the word for it."""
    rows = []
    for name, pair in PAIRS.items():
        for rate in RATES:
            difference = estimate_difference(years[*pair.own, rate], years[*pair.rival, rate])
            word = judge_difference(difference, MARGIN)
            rows.append({"pair": name, "rate": rate, "word": word.value} | vars(difference))
    return rows


def estimate_difference(own: Sequence[Year], rival: Sequence[Year]) -> Estimate:
    """Mean of the paired differences in regret and its 95 % interval, from a bootstrap of the placements."""
    paired = np.array([a.regret - b.regret for a, b in zip(own, rival, strict=True)])
    drawn = np.random.default_rng(2013).choice(paired, (DRAWS, len(paired))).mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Estimate(float(paired.mean()), float(low), float(high))


def find_turn(compared: Sequence[Mapping[str, Any]], pair: str) -> float | None:
    """The least rate from which on the first of the pair is *better* at every higher one; None if there is none."""
    words = {row["rate"]: row["word"] for row in compared if row["pair"] == pair}
    better = [rate for rate in words if all(words[other] == Word.BETTER for other in words if other >= rate)]
    return min(better, default=None)
