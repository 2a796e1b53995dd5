"""What four ways to find out lose over what answers change, and over how many candidates are what they seem."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from lab.patterns.proposed_evidence import Gathered
from lab.patterns.proposed_futures import (
    AHEAD,
    COMPLAINT,
    FUTURES,
    SHOWN,
    WEEK,
    Trialled,
    draw_future,
    run_stages,
    try_candidate,
)
from lab.patterns.proposed_models import KINDS, SOUND, Proposal
from measure.data.comparison import judge_difference
from measure.data.days import Estimate, estimate
from parts.model_trial.model_trial import Stage
from problem.which_is_better import Floats

MARGIN = 2.0
"""Blocks a day, as in PREDICTIONS.md."""
EXHIBIT = "offline_only"
SEEMING = (0.0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0)
"""The second dial: of all candidates, the share that is not what it seems."""


class Way(NamedTuple):
    """A side, and what becomes of a candidate about which nothing is shown (see ``proposed_futures``)."""

    side: str
    rule: str


Tried = Mapping[tuple[Way, str], Sequence[Trialled]]
"""By way and candidate, what came of it in each future."""


def try_all(gathered: Gathered, sides: Mapping[str, Sequence[Stage]], futures: int = FUTURES) -> Tried:
    """Every candidate, every way, in the same futures."""
    weeks = gathered.service.flights.days // WEEK
    drawn = [draw_future(weeks, seed) for seed in range(futures)]
    return {
        (Way(side, rule), name): [try_candidate(stages, run, gathered, name, of, rule) for of, run in runs]
        for side, stages in sides.items()
        for name in gathered.evidence
        for runs in ([(future, run_stages(stages, gathered, name, future)) for future in drawn],)
        for rule in (SHOWN, AHEAD if stages else COMPLAINT)
    }


def lose(tried: Tried, way: Way, proposals: Sequence[Proposal], seeming: float | None = None) -> Floats:
    """By future, the mean over the candidates in blocks a day; ``seeming``: weighted so that this share of them is not
    what it seems."""
    lost = np.array([[of.lost for of in tried[way, each.name]] for each in proposals[1:]])
    if seeming is None:
        return lost.mean(axis=0)
    sound = np.array([each.kind == SOUND for each in proposals[1:]])
    return (1 - seeming) * lost[sound].mean(axis=0) + seeming * lost[~sound].mean(axis=0)


def sum_up(tried: Tried, gathered: Gathered, proposals: Sequence[Proposal]) -> list[dict[str, Any]]:
    """A row a way: blocks lost a day with an interval, by kind, against offline only, and how well it decided."""
    rows = []
    for way in dict.fromkeys(way for way, _ in tried):
        lost = lose(tried, way, proposals)
        rival = lose(tried, Way(EXHIBIT, SHOWN), proposals)
        rows.append(
            {
                "share": gathered.service.share,
                **way._asdict(),
                "lost": vars(spread(lost)),
                **{kind: _mean_of_kind(tried, way, proposals, kind) for kind in KINDS},
                **compare(lost, rival),
                **count_decisions(tried, way, gathered),
            }
        )
    return rows


def count_decisions(tried: Tried, way: Way, gathered: Gathered) -> dict[str, float | None]:
    """Of candidates worse by the margin, the share released, and of these the share taken back; of better ones, the
    share refused; days until one that won offline was decided, and of these the days answered twice; days until one
    that is worse was refused."""
    worth = {name: gathered.find_worth(name) for name in gathered.evidence}
    worse = [of for name in worth if worth[name] >= MARGIN for of in tried[way, name]]
    better = [of for name in worth if worth[name] <= -MARGIN for of in tried[way, name]]
    won = [of for name in worth for of in tried[way, name] if tried[Way(EXHIBIT, SHOWN), name][0].released]
    released = [of.taken_back for of in worse if of.released]
    return {
        "worse_released": _mean([of.released for of in worse]),
        "taken_back": _mean(released),
        "better_refused": _mean([not of.released for of in better]),
        "days": _mean([of.days for of in won]),
        "twice": _mean([of.twice for of in won]),
        "days_worse": _mean([of.days for of in worse if not of.released and of.days]),
    }


def sweep_seeming(tried: Tried, proposals: Sequence[Proposal]) -> list[dict[str, Any]]:
    """A row a way and share of candidates that are not what they seem: against offline only."""
    ways = dict.fromkeys(way for way, _ in tried)
    return [
        {
            "seeming": seeming,
            **way._asdict(),
            "lost": vars(spread(lose(tried, way, proposals, seeming))),
            **compare(lose(tried, way, proposals, seeming), lose(tried, Way(EXHIBIT, SHOWN), proposals, seeming)),
        }
        for way in ways
        for seeming in SEEMING
    ]


def find_turn(words: Mapping[float, str]) -> dict[str, Any]:
    """By value of a dial, a word: the ``first`` and the ``last``, and from which value on the last one holds."""
    last = words[max(words)]
    at = min(value for value in words if all(words[other] == last for other in words if other >= value))
    return {"first": words[min(words)], "last": last, "at": at}


def spread(lost: Floats) -> Estimate:
    """The mean over futures, and between what 95 % of them lie."""
    return estimate(np.r_[lost.mean(), lost])


def compare(own: Floats, rival: Floats) -> dict[str, Any]:
    """The difference in each future, its mean with the middle 95 %, and the word for it."""
    difference = spread(own - rival)
    return {"word": judge_difference(difference, MARGIN).value, **vars(difference)}


def _mean_of_kind(tried: Tried, way: Way, proposals: Sequence[Proposal], kind: str) -> float | None:
    return _mean([of.lost for each in proposals[1:] if each.kind == kind for of in tried[way, each.name]])


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
