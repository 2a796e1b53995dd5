"""The replay test in the CI of both teams: each half is given the same questions, and has to make the same of them.

The last day before a release goes through the service, one event and one request after the other, and then through the
training program, in one pass.
"""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from antipatterns.systems.split.system import System
from problem.contract import CATEGORIES, FEATURES, KEYS, Vector, requests
from problem.facts import Facts, load_facts
from problem.questions import CUT_OFF, questions, scheduled_between
from problem.world import World

DAY = pd.Timedelta(days=1)
HISTORY = pd.Timedelta(days=29)
"""What the longest window holds, and one day more."""
CLOSE = 1e-6
"""Relative; sums that were built up in another order differ in their last digits."""


def test_both_halves_make_the_same_of_the_last_day_before_the_release() -> None:
    asked = scheduled_between(questions(load_facts(), "real_time"), CUT_OFF - DAY, CUT_OFF)
    differing = find_differing(*replay(load_facts(), asked)).sum()
    assert not differing.any(), f"rows of {len(asked)} that differ:\n{differing[differing > 0].to_string()}"


def replay(facts: Facts, asked: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What training and what the service make of the questions, which come in the order in which they were asked."""
    first, last = asked["asked_at"].min(), asked["asked_at"].max()
    recent = replace(facts.known_between(first - HISTORY, last + DAY), flights=facts.flights, planes=facts.planes)
    with TemporaryDirectory() as home:
        system = System(Path(home))
        served = serve(system, World(recent, first), asked)
        return system.training_features(recent, asked), pd.DataFrame(served)


def serve(system: System, world: World, asked: pd.DataFrame) -> list[Vector]:
    """The vectors of the service, each looked up at its instant."""
    served = []
    for now, due in asked.groupby("asked_at"):
        world.move_to(now)
        served += system.look_up(world, requests(due))
    return served


def find_differing(trained: pd.DataFrame, served: pd.DataFrame) -> pd.DataFrame:
    """By question and feature, whether both sides differ; two nulls are equal."""
    left = trained.set_index(list(KEYS))[list(FEATURES)]
    right = served.set_index(list(KEYS))[list(FEATURES)].loc[left.index]
    numbers = [name for name in FEATURES if name not in CATEGORIES]
    differing = (left != right) & ~(left.isna() & right.isna())
    one, other = left[numbers].astype(float), right[numbers].astype(float)
    differing[numbers] &= ~((one - other).abs() <= CLOSE * other.abs().clip(lower=1))
    return differing
