"""What share of the runs can be made again, by keeper and by how many runs later; from where on one is better."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from measure.data.comparison import Word, judge_difference
from measure.data.days import Days, Estimate, estimate

MARGIN = 0.05
"""Share of the runs, as in PREDICTIONS.md."""
BLOCK = 4
"""Runs that are drawn together: neighbours share a commit's behaviour, an environment, a setting."""
LEVELS = ("alike", "near", "metric", "predictions", "model")
PAIRS = (("sheet", "only me"), ("table", "sheet"), ("tool", "table"))


class Outcome(NamedTuple):
    """A run that was made again: by whose recipe, which run, how many runs later; what was equal, and how far
    apart the metrics are, in nats."""

    keeper: str
    number: int
    age: int
    equal: Mapping[str, bool]
    apart: float = 0.0


def sum_up(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """A row a keeper and age: how many runs, and by level the share that is equal, with its 95 % interval."""
    rows = []
    for keeper, age in dict.fromkeys((each.keeper, each.age) for each in outcomes):
        of = [each for each in outcomes if (each.keeper, each.age) == (keeper, age)]
        shares = {level: vars(_estimate(_read(of, level))) for level in LEVELS}
        apart = vars(_estimate(np.array([each.apart for each in of])))
        rows.append({"keeper": keeper, "age": age, "runs": len(of), "apart": apart, **shares})
    return rows


def compare_keepers(outcomes: Sequence[Outcome], level: str) -> list[dict[str, Any]]:
    """A row a pair and age: by how much larger the first one's share of lost runs is, paired by run, and the word."""
    rows = []
    for own, rival in PAIRS:
        for age in dict.fromkeys(each.age for each in outcomes):
            lost = [
                1 - _read([e for e in outcomes if (e.keeper, e.age) == (name, age)], level) for name in (own, rival)
            ]
            difference = _estimate(lost[0] - lost[1])
            word = judge_difference(difference, MARGIN).value
            named = {"pair": f"{own} against {rival}", "level": level, "age": age, "word": word}
            rows.append(named | vars(difference))
    return rows


def find_turn(compared: Sequence[Mapping[str, Any]], pair: str) -> int | None:
    """From how many runs later on the first of a pair is better, at every later one too; None if nowhere."""
    words = {row["age"]: row["word"] for row in compared if row["pair"] == pair}
    turned = [age for age in words if all(words[later] == Word.BETTER for later in words if later >= age)]
    return min(turned) if turned else None


def _read(outcomes: Sequence[Outcome], level: str) -> NDArray[np.float64]:
    by_number = sorted(outcomes, key=lambda each: each.number)
    return np.array([float(each.equal[level]) for each in by_number])


def _estimate(values: NDArray[np.float64]) -> Estimate:
    """The mean with its interval; of too few runs to draw from, the widest that a share can have."""
    if len(values) < 2 * BLOCK:
        return Estimate(float(values.mean()), -1.0 if values.min() < 0 else 0.0, 1.0)
    return estimate(Days(np.arange(len(values)), block=BLOCK).means(values))
