"""What a way to find out loses on a candidate, in futures made of weeks that were."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from lab.patterns.proposed_desk import COINS
from lab.patterns.proposed_evidence import Evidence, Gathered
from parts.model_trial.model_trial import Stage
from parts.model_trial.past_days import judge_past
from problem.which_is_better import Decision, Floats, Places, Seen, Verdict

FUTURES = 200
WEEK, BEFORE, AFTER = 7, 2, 12
"""Weeks before a candidate is proposed, and after."""
SHOWN, AHEAD, COMPLAINT = "shown", "ahead", "complaint"
"""When a candidate is released about which nothing is shown in the end: never; if it is ahead. The last: the desk has a
model taken back whose first two weeks cost ``NOTICED`` times what the two weeks before it did."""
NOTICED = 1.2
PATIENCE = 14
SEED = 35


class Future(NamedTuple):
    """Days in service, by their number, and which throw of the coins each has; the first two weeks are before."""

    days: Places
    throws: Places


class Trialled(NamedTuple):
    """What came of a candidate. ``lost``: blocks a day above those of the better model, from the first day on;
    ``days``: until it was decided; ``twice``: days on which every question was answered by both models."""

    lost: float
    released: bool
    taken_back: bool
    days: int
    twice: int


def draw_future(weeks: int, seed: int, length: int = BEFORE + AFTER) -> Future:
    """Whole weeks out of so many; one that comes again has other coins."""
    drawn = np.random.default_rng([SEED, seed]).integers(weeks, size=length)
    again = np.array([(drawn[:place] == week).sum() for place, week in enumerate(drawn)]) % COINS
    return Future((drawn[:, None] * WEEK + np.arange(WEEK)).ravel(), np.repeat(again, WEEK))


def see_stage(stage: Stage, evidence: Evidence, counts: Floats, future: Future, first: int) -> Iterator[Seen]:
    """What the stage has seen after each of its days, from the day ``first`` on."""
    days, throws = future.days[first:], future.throws[first:]
    if stage.coin:
        coins = evidence.differing if stage.beside else evidence.every
        totals, squares = coins.totals[throws, days], coins.squares[throws, days]
        flights = units = np.cumsum(counts[days])
    else:
        totals = evidence.shadow[days]
        squares, flights, units = totals**2, np.cumsum(counts[days]), np.arange(1.0, len(days) + 1)
    rows = zip(units.tolist(), np.cumsum(totals).tolist(), np.cumsum(squares).tolist(), flights.tolist(), strict=True)
    for day, row in enumerate(rows, start=1):
        yield Seen(day, *row, evidence.missing)


def run_stage(stage: Stage, evidence: Evidence, counts: Floats, future: Future, first: int) -> tuple[Verdict, int]:
    """The verdict, and after how many days it is there; one that the future is too short for never comes."""
    days = 0
    verdict = Verdict(Decision.GO_ON, "")
    for seen in see_stage(stage, evidence, counts, future, first):
        verdict, days = stage.judge(seen), seen.days
        if verdict.decision != Decision.GO_ON:
            break
    return verdict, days


def passes(verdict: Verdict, rule: str) -> bool:
    """Whether a candidate goes on to the next stage, or is released after the last one."""
    if rule == AHEAD and verdict.decision == Decision.REFUSE and not verdict.shown:
        return verdict.difference < 0
    return verdict.decision == Decision.PASS


def run_stages(stages: Sequence[Stage], gathered: Gathered, name: str, future: Future) -> list[tuple[Verdict, int]]:
    """The stages that a candidate which won offline comes to by one rule or another, each as ``run_stage`` has it."""
    evidence, runs, day = gathered.evidence[name], [], BEFORE * WEEK
    if judge_past(evidence.past).decision != Decision.PASS:
        return []
    for stage in stages:
        runs.append(run_stage(stage, evidence, gathered.service.counts, future, day))
        day += runs[-1][1]
        if not (passes(runs[-1][0], SHOWN) or passes(runs[-1][0], AHEAD)):
            break
    return runs


def try_candidate(
    stages: Sequence[Stage],
    runs: Sequence[tuple[Verdict, int]],
    gathered: Gathered,
    name: str,
    future: Future,
    rule: str,
) -> Trialled:
    """Propose a candidate after the weeks before, and live on to the end; ``runs``: see ``run_stages``."""
    evidence = gathered.evidence[name]
    costs = gathered.service.full[future.days]
    day, twice = BEFORE * WEEK, 0
    going = judge_past(evidence.past).decision == Decision.PASS
    for stage, (verdict, used) in zip(stages, runs, strict=False):
        if stage.coin:
            costs[day : day + used] = evidence.mixed[future.throws, future.days][day : day + used]
        day, twice, going = day + used, twice + used * stage.beside, passes(verdict, rule)
        if not going:
            break
    taken_back = going and _release(costs, evidence.full[future.days], day, rule)
    return Trialled(_lose(costs, gathered, evidence, future), going, taken_back, day - BEFORE * WEEK, twice)


def _release(costs: Floats, theirs: Floats, day: int, rule: str) -> bool:
    """Let the candidate answer from that day on; whether the desk has it taken back."""
    after, before = day + PATIENCE, day - PATIENCE
    dear = theirs[day:after].sum() > NOTICED * costs[before:day].sum()
    noticed = rule == COMPLAINT and after < len(costs) and dear
    end = after if noticed else len(costs)
    costs[day:end] = theirs[day:end]
    return bool(noticed)


def _lose(costs: Floats, gathered: Gathered, evidence: Evidence, future: Future) -> float:
    after = future.days[BEFORE * WEEK :]
    best = min(gathered.service.full[after].sum(), evidence.full[after].sum())
    return float((costs[BEFORE * WEEK :].sum() - best) / len(after))
