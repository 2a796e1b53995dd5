"""What a cache is worth: how often it hits, how old its answers are, and how many nats they lose."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lab.patterns.asked_flights import Asked, Floats
from lab.patterns.cache_replay import Places
from measure.data.comparison import Word, judge_difference
from measure.data.days import Days, Estimate, Groups, estimate
from measure.data.scores import log_losses

MARGIN = 0.005
"""Nats an answer, as in PREDICTIONS.md."""
MOVED = 0.05
"""An answer that is off by more than this share is called moved."""
MOMENTS = 200
AFTER = np.timedelta64(1, "h")


class Fresh(NamedTuple):
    """What there would be without a cache: by question its probability, and when its features were refreshed."""

    risk: Floats
    refreshed: NDArray[np.float64]


def judge(asked: Asked, served: Places, fresh: Fresh, risk: Floats | None = None) -> dict[str, Any]:
    """Of answers that were served from those questions: shares that hit, are old, or moved, and the nats lost.

    ``risk``: by question the probability that was computed for it, if that is not what there would be without a cache.
    """
    told = (fresh.risk if risk is None else risk)[served]
    lost = log_losses(asked.late, told) - log_losses(asked.late, fresh.risk)
    difference = estimate(Days(asked.day).means(lost))
    return {
        "hits": float(np.mean(served != np.arange(len(served)))),
        "before_refresh": float(np.mean(fresh.refreshed[served] < fresh.refreshed)),
        "before_champion": int(np.sum(asked.release[served] != asked.release)),
        "moved": float(np.mean(np.abs(told - fresh.risk) > MOVED)),
        "word": judge_difference(difference, MARGIN).value,
        **vars(difference),
    }


def compare_risks(asked: Asked, own: Floats, rival: Floats) -> dict[str, Any]:
    """The difference in nats an answer, own minus rival, with its interval and the word for it."""
    difference = estimate(Days(asked.day).means(log_losses(asked.late, own) - log_losses(asked.late, rival)))
    return {"word": judge_difference(difference, MARGIN).value, **vars(difference)}


def take_back(asked: Asked, served: Places, wrong: Floats, right: Floats) -> dict[str, Any]:
    """In the hour after a wrong champion was taken back, at moments drawn from the questions': the ``share`` of answers
    that are still its own, and the nats ``lost`` by them, an answer of that hour; both with intervals over moments.

    ``served``: from a way that does not ask for the champion's version: its cache does not notice the change.
    """
    at = asked.questions["asked_at"].to_numpy("datetime64[ns]")
    losses = log_losses(asked.late, wrong[served]) - log_losses(asked.late, right[served])
    rows = []
    for moment in np.random.default_rng(0).choice(at[at < at[-1] - AFTER], MOMENTS):
        hour = slice(*np.searchsorted(at, [moment, moment + AFTER]))
        old = at[served[hour]] < moment
        rows.append((old.sum(), losses[hour][old].sum(), len(old)))
    stale, lost, count = np.array(rows, float).T
    moments = Groups(np.arange(MOMENTS))
    return {name: vars(estimate(moments.ratios(of, count))) for name, of in (("share", stale), ("lost", lost))}


def find_turn(rows: Sequence[Mapping[str, Any]], dial: str, word: Word) -> float | None:
    """The least value of a dial from which on the word holds at all; None if it does not hold at the highest."""
    words = {row[dial]: row["word"] for row in rows}
    holding = [value for value in words if all(words[other] == word for other in words if other >= value)]
    return min(holding) if holding else None


def read_estimate(row: Mapping[str, float]) -> Estimate:
    """The estimate in a row of results."""
    return Estimate(row["value"], row["low"], row["high"])
