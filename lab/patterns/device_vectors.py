"""Vectors of the evening before: those that a model learns from, and those that devices are asked."""

import pandas as pd

from lab.study.steps.without_history import SEEN, make_learner
from problem.contract import FEATURES, STORED
from problem.facts import Facts
from problem.learner import new_learner
from problem.on_the_device import Floats
from problem.questions import NEW_YORK, questions, scheduled_between
from reference.systems.modular_monolith.features import features

LEARNT, ASKED = ("2013-01-01", "2013-10-01"), ("2013-10-01", "2014-01-01")
EVERY = 3
"""One flight in so many is enough to fit a model."""
COUNT = 20_000
AGES = {"fresh": "0h", "6 hours": "6h", "1 day": "1D", "3 days": "3D", "1 week": "7D", "4 weeks": "28D"}
"""The dial: how old what the device knows is, beyond what is in the question."""
NOTHING = "nothing"


def choose_questions(facts: Facts, period: tuple[str, str]) -> pd.DataFrame:
    """The evening's questions about flights that are scheduled in a period and whose end is known, in order."""
    asked = scheduled_between(questions(facts, "batch"), *(pd.Timestamp(day, tz=NEW_YORK) for day in period))
    return asked[asked["flight_id"].isin(facts.outcomes["flight_id"])].reset_index(drop=True)


def add_late(facts: Facts, vectors: pd.DataFrame) -> pd.DataFrame:
    """With ``late``, as it turned out."""
    late = facts.outcomes.set_index("flight_id")["late"]
    return vectors.assign(late=vectors["flight_id"].map(late).astype(bool))


def make_learnt(facts: Facts) -> pd.DataFrame:
    """What a model is fitted on."""
    asked = choose_questions(facts, LEARNT)
    return add_late(facts, features(facts, asked[asked["flight_id"] % EVERY == 0].reset_index(drop=True)))


def make_asked(facts: Facts, count: int = COUNT) -> dict[str, pd.DataFrame]:
    """By age, the vectors of the same flights: what is stored is as old as that, what is in the question is fresh."""
    asked = choose_questions(facts, ASKED)
    asked = asked.sample(min(count, len(asked)), random_state=0).sort_index().reset_index(drop=True)
    fresh = add_late(facts, features(facts, asked))
    return {age: _make_older(facts, asked, fresh, pd.Timedelta(told)) for age, told in AGES.items()}


def _make_older(facts: Facts, asked: pd.DataFrame, fresh: pd.DataFrame, age: pd.Timedelta) -> pd.DataFrame:
    if not age:
        return fresh
    older = features(facts, asked.assign(asked_at=asked["asked_at"] - age))
    return fresh.assign(**{name: older[name].to_numpy() for name in STORED})


def tell_risks(learnt: pd.DataFrame, asked: dict[str, pd.DataFrame]) -> dict[str, Floats]:
    """By age the probability of late; ``NOTHING``: of a model that was fitted on what the question says alone."""
    model = new_learner("late").fit(learnt[list(FEATURES)], learnt["late"])
    alone = make_learner().fit(learnt[list(SEEN)], learnt["late"])
    risks = {age: model.predict_proba(vectors[list(FEATURES)])[:, 1] for age, vectors in asked.items()}
    return risks | {NOTHING: alone.predict_proba(next(iter(asked.values()))[list(SEEN)])[:, 1]}
