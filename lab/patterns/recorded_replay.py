"""A service that is asked about flights all year, and knows of each answer what there is to record."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from time import perf_counter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from problem.contract import CATEGORIES, FEATURES
from problem.facts import Facts
from problem.questions import NEW_YORK, REQUEST
from problem.recorded import Answered
from problem.too_big import Row

Score = Callable[[Sequence[Row]], list[float]]

FIRST, END = "2013-02-25", "2013-12-31"
FROM_HOUR = 18
"""UTC: questions come from then to midnight."""
EVERY_FLIGHT = 2
LEADS = (30.0, 120.0)
"""Minutes before departure at which a flight is asked about: uniform between these."""
INSTANCES = 20
CALLERS = {"app": 0.5, "board": 0.3, "partner": 0.2}
"""Share of the questions."""
RELEASES: dict[str, tzinfo] = {"r7": ZoneInfo(NEW_YORK), "r6": UTC}
"""The release in force and the one before, in which the hour of a flight was that of UTC."""
VERSION = "late/7"


class Question(NamedTuple):
    """What a caller sends, and the number of the instance that gets it."""

    flight_id: int
    asked_at: datetime
    scheduled_at: datetime
    carrier: str
    origin: str
    dest: str
    distance: int
    caller: str
    instance: int


class Fetched(NamedTuple):
    """What a store has for a question: ``STORED`` features, and when each table was refreshed (Unix time)."""

    features: Row
    refreshed_at: dict[str, float]


def ask_flights(facts: Facts, first: str = FIRST, end: str = END, every: int = EVERY_FLIGHT) -> pd.DataFrame:
    """One question about one flight in so many: ``REQUEST``, asked_at, mode, caller and instance, by asked_at."""
    random = np.random.default_rng(0)
    flights = facts.flights.loc[facts.flights["flight_id"] % every == 0, REQUEST]
    lead = pd.to_timedelta(random.uniform(*LEADS, len(flights)), unit="min")
    asked = flights.assign(asked_at=(flights["scheduled_at"] - lead).dt.floor("s"), mode="real_time")
    asked["caller"] = random.choice([*CALLERS], len(asked), p=[*CALLERS.values()])
    asked["instance"] = random.integers(INSTANCES, size=len(asked))
    inside = asked["asked_at"].between(pd.Timestamp(first, tz="UTC"), pd.Timestamp(end, tz="UTC"), inclusive="left")
    asked = asked[inside & (asked["asked_at"].dt.hour >= FROM_HOUR)]
    return asked.sort_values(["asked_at", "flight_id"], ignore_index=True)


def list_questions(asked: pd.DataFrame) -> list[Question]:
    """The rows as questions, in order."""
    instants = {name: [each.to_pydatetime() for each in asked[name]] for name in ("asked_at", "scheduled_at")}
    columns = [instants.get(name) or asked[name].tolist() for name in Question._fields]
    return [Question(*row) for row in zip(*columns, strict=True)]


@dataclass(frozen=True)
class Stack:
    """What answers: the ``release`` of the code, a model with its ``version``, a store."""

    release: str
    version: str
    score: Score
    fetch: Callable[[Question], Fetched]

    def answer(self, question: Question) -> Answered:
        """The answer with all that is known of it."""
        began = perf_counter()
        stored = self.fetch(question)
        fetched = perf_counter()
        made = {**prepare(question, RELEASES[self.release]), **stored.features}
        features = {name: made[name] for name in FEATURES}
        prepared = perf_counter()
        [risk] = self.score([features])
        ended = perf_counter()
        now = question.asked_at.timestamp()
        return Answered(
            answered_at=now,
            flight_id=question.flight_id,
            caller=question.caller,
            instance=f"i{question.instance}",
            release=self.release,
            model_version=self.version,
            prediction=risk,
            milliseconds={
                "": 1000 * (ended - began),
                "stored": 1000 * (fetched - began),
                "model": 1000 * (ended - prepared),
            },
            ages={table: (now - at) / 60 for table, at in stored.refreshed_at.items()},
            features=features,
        )

    def answer_all(self, questions: Iterable[Question]) -> list[Answered]:
        """One after the other."""
        return [self.answer(question) for question in questions]


def prepare(question: Question, zone: tzinfo) -> dict[str, Any]:
    """The features that a question brings along."""
    local = question.scheduled_at.astimezone(zone)
    minutes = (question.scheduled_at - question.asked_at).total_seconds() / 60
    made = {"local_hour": local.hour, "weekday": local.weekday(), "minutes_to_departure": minutes}
    return made | {"distance": question.distance, **{name: getattr(question, name) for name in CATEGORIES}}
