"""What every policy of training again loses through a year in which some Mondays' extracts are broken."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from lab.patterns.weekly_models import BROKEN, FIRST, KINDS, LAST, SOUND, Losses, Model, Models
from problem.weekly import Trainer

PLACEMENTS = 200
RATES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4)
"""Shares of Mondays on which the extract is broken; what we would call normal lies between 0.01 and 0.05."""
DAYS = 7
Key = tuple[str, str, float]
"""Schedule, way out, and the share of broken extracts."""


class Judge(Protocol):
    """What a policy needs of a trainer that lets candidates out, or not: see ``problem.weekly.Trainer``."""

    days_until_release: int
    waits_for_outcomes: bool

    def lets_out(self, candidate: float, in_force: float) -> bool: ...


@dataclass(frozen=True)
class Policy:
    """When to train (``schedule``, a side's ``is_due``) and who lets a candidate out (a side's judgement)."""

    schedule: str
    out: str
    is_due: Callable[[Sequence[float]], bool]
    judge: Judge


@dataclass(frozen=True)
class Year:
    """What a policy did in a year.

    ``lost``: by week from ``FIRST`` on, by how many nats the mean log loss of its answers was above that of a fresh
    sound model; ``regret``: the mean of that over all flights. ``bad_released``: models from broken extracts that
    answered; ``age``: mean age in weeks of the model in force; ``fits``: how many were fitted.
    """

    lost: Losses
    regret: float
    bad_released: int
    age: float
    fits: int


def list_policies(trainers: Mapping[str, Trainer]) -> list[Policy]:
    """Every schedule with every way out; all of them are parts of the four sides."""
    person, gate = trainers["train_then_serve"], trainers["batch_training"]
    schedules: dict[str, Callable[[Sequence[float]], bool]] = {
        "never": lambda losses: not losses,
        "on complaint": trainers["retrained_on_complaint"].is_due,
        "monthly": person.is_due,
        "weekly": gate.is_due,
    }
    outs = {"straight out": trainers["training_to_serving"], "gate": gate, "person": person}
    return [Policy(when, who, is_due, judge) for when, is_due in schedules.items() for who, judge in outs.items()]


def live_a_year(models: Models, policy: Policy, extracts: Mapping[int, str]) -> Year:
    """Replay a year; ``extracts``: by Monday the kind of its extract, sound where it is not named."""
    force: Model = (FIRST, SOUND)
    seen: list[float] = []
    lost, age, bad, fits = np.zeros(LAST + 1), [], 0, 1
    for monday in range(FIRST, LAST + 1):
        loss = models.loss(force, monday)
        if monday > FIRST and policy.is_due(seen):
            fits += 1
            candidate, kind = (monday, extracts.get(monday, SOUND)), extracts.get(monday, SOUND)
            if _is_let_out(models, policy.judge, candidate, force, kind):
                waited = policy.judge.days_until_release / DAYS
                loss = waited * loss + (1 - waited) * models.loss(candidate, monday)
                force, seen, bad = candidate, [], bad + (kind != SOUND)
        seen.append(models.loss(force, monday))
        lost[monday] = loss - models.loss((monday, SOUND), monday)
        age.append(monday - force[0])
    mean = float(np.average(lost[FIRST:], weights=models.flights[FIRST:]))
    return Year(lost[FIRST:], mean, bad, float(np.mean(age)), fits)


def _is_let_out(models: Models, judge: Judge, candidate: Model, force: Model, kind: str) -> bool:
    seen_as = SOUND if judge.waits_for_outcomes else kind
    week = candidate[0] - 1
    return judge.lets_out(models.loss(candidate, week, seen_as), models.loss(force, week, seen_as))


def count_released(models: Models, judges: Mapping[str, Judge]) -> list[dict[str, Any]]:
    """By judge and kind of extract, the share of Mondays on which a candidate would follow last week's sound model."""
    mondays = range(FIRST + 1, LAST + 1)
    return [
        {
            "who": who,
            "extract": kind,
            "released": float(
                np.mean([_is_let_out(models, judge, (m, kind), (m - 1, SOUND), kind) for m in mondays]),
            ),
        }
        for who, judge in judges.items()
        for kind in KINDS
    ]


def place_broken(rate: float, seed: int) -> dict[int, str]:
    """By Monday, how its extract is broken: each with that probability, in one of the three ways."""
    random = np.random.default_rng([seed, round(rate * 1000)])
    mondays = range(FIRST + 1, LAST + 1)
    hit, kinds = random.random(len(mondays)) < rate, random.choice(BROKEN, len(mondays))
    return {monday: str(kind) for monday, broken, kind in zip(mondays, hit, kinds, strict=True) if broken}


def replay_policies(models: Models, trainers: Mapping[str, Trainer]) -> dict[Key, list[Year]]:
    """By schedule, way out and rate, the year after each placement of broken extracts; without any there is one."""
    years: dict[Key, list[Year]] = {}
    for rate in RATES:
        placed = [place_broken(rate, seed) for seed in range(PLACEMENTS if rate else 1)]
        for policy in list_policies(trainers):
            years[policy.schedule, policy.out, rate] = [live_a_year(models, policy, extracts) for extracts in placed]
    return years


def sum_up(years: Mapping[Key, Sequence[Year]]) -> list[dict[str, Any]]:
    """A row a policy and rate: means over the placements, and of the regret the middle 95 % of them."""
    return [
        {"schedule": schedule, "out": out, "rate": rate} | _sum_up(of) for (schedule, out, rate), of in years.items()
    ]


def _sum_up(years: Sequence[Year]) -> dict[str, float]:
    regrets = np.array([year.regret for year in years])
    low, high = np.quantile(regrets, [0.025, 0.975])
    means = {name: float(np.mean([getattr(year, name) for year in years])) for name in ("bad_released", "age", "fits")}
    return {"regret": float(regrets.mean()), "low": float(low), "high": float(high), **means}
