"""Who asks about a flight until it leaves, and what champions say of it then.

The mix of callers is that of PREDICTIONS.md. Whole routes are taken or left, so that flights that look alike stay
together.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from lab.patterns.weekly_models import WRONG_JOIN, break_extract
from problem.asked_again import LEAD
from problem.contract import FEATURES
from problem.facts import Facts, load_facts
from problem.learner import new_learner
from problem.questions import NEW_YORK, REQUEST
from reference.systems.modular_monolith.features import features

FIRST, END = "2013-10-07", "2013-12-02"
ROUTE = ["carrier", "origin", "dest"]
EVERY_ROUTE = 13
DAY, MINUTE = pd.Timedelta(days=1), pd.Timedelta(minutes=1)
BOARD = range(10, 130, 10)
"""Minutes before departure at which a board asks."""
SITES = 120
"""Partners' sites ask once in so many minutes, on the last day."""
SEATS_A_TRAVELLER, UNKNOWN_SEATS = 10, 150
LEAD_MINUTES = 180.0
"""A traveller's lead time on average."""
RELEASES = pd.date_range("2013-10-07 12:20", periods=4, freq="14D", tz=NEW_YORK).tz_convert("UTC")
TRAINING = pd.Timedelta(weeks=7)
EVERY_FLIGHT = 3
"""One flight in so many is enough to fit a champion."""
REFRESHES = (5, 15, 60, 180)
"""Minutes between two refreshes of the stored features: the dial."""
USUAL = 15
Floats = NDArray[np.float64]
Change = Callable[[pd.DataFrame], pd.DataFrame]


def choose_flights(facts: Facts, first: str = FIRST, end: str = END, every: int = EVERY_ROUTE) -> pd.DataFrame:
    """The flights of one route in so many that are scheduled between two days, with their aircraft's ``seats``."""
    start, stop = (pd.Timestamp(day, tz=NEW_YORK) for day in (first, end))
    flights = facts.flights[(facts.flights["scheduled_at"] >= start) & (facts.flights["scheduled_at"] < stop)]
    routes = flights[ROUTE].drop_duplicates().sort_values(ROUTE)
    flights = flights.merge(routes.sample(frac=1, random_state=0).iloc[::every], on=ROUTE)
    return flights[REQUEST].merge(facts.planes[["tailnum", "seats"]], on="tailnum", how="left")


def make_questions(flights: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """All questions about these flights, in the order of ``asked_at``: ``REQUEST``, asked_at and mode."""
    random = np.random.default_rng(seed)
    travellers = random.poisson(flights["seats"].fillna(UNKNOWN_SEATS) / SEATS_A_TRAVELLER)
    leads = [
        *(np.full(len(flights), float(lead)) for lead in BOARD),
        *(random.uniform(0, SITES, len(flights)) + start for start in range(0, 24 * 60, SITES)),
    ]
    each = np.arange(len(flights))
    places = np.concatenate([np.tile(each, len(leads)), np.repeat(each, travellers)])
    lead = np.concatenate([*leads, random.exponential(LEAD_MINUTES, travellers.sum())])
    places, lead = places[lead < 24 * 60], lead[lead < 24 * 60]
    asked = flights[REQUEST].iloc[places].assign(mode="real_time")
    asked["asked_at"] = (asked["scheduled_at"] - pd.to_timedelta(lead, unit="min")).dt.floor("s")
    return asked.sort_values(["asked_at", "flight_id"], ignore_index=True, kind="stable")


def make_vectors(facts: Facts, asked: pd.DataFrame, refresh: int) -> pd.DataFrame:
    """``KEYS`` and ``FEATURES`` as a model gets them: stored features as old as the last refresh (minutes apart)."""
    asked = asked.reset_index(drop=True)
    refreshed = asked.assign(asked_at=asked["asked_at"].dt.floor(f"{refresh}min"))
    lead = (asked["scheduled_at"] - asked["asked_at"]) / MINUTE
    return features(facts, refreshed).assign(**{"asked_at": asked["asked_at"], LEAD: lead})


@cache
def read_lateness() -> pd.Series:
    """By flight, whether it was late (0 or 1)."""
    return load_facts().outcomes.set_index("flight_id")["late"]


def make_extract(facts: Facts, release: pd.Timestamp, every: int = EVERY_FLIGHT) -> pd.DataFrame:
    """What a champion of that release is fitted on: a question about one flight in so many, with ``late``."""
    known = facts.flights["scheduled_at"].between(release - TRAINING - DAY, release - DAY)
    flights = facts.flights.loc[known & (facts.flights["flight_id"] % every == 0), REQUEST]
    flights = flights.merge(facts.planes[["tailnum", "seats"]], on="tailnum", how="left")
    asked = make_questions(flights, seed=1).sample(frac=1, random_state=1).drop_duplicates("flight_id")
    asked = asked.sort_values(["asked_at", "flight_id"], ignore_index=True)
    return make_vectors(facts, asked, USUAL).assign(late=asked["flight_id"].map(read_lateness()), week=0)


def fit(rows: pd.DataFrame) -> Pipeline:
    """The study's learner."""
    return new_learner("late").fit(rows[list(FEATURES)], rows["late"])


def fit_wrong(rows: pd.DataFrame) -> Pipeline:
    """A champion that should not have been released: its outcomes were joined to the wrong flights."""
    return fit(break_extract(rows, WRONG_JOIN, monday=0))


def unchanged(vectors: pd.DataFrame) -> pd.DataFrame:
    """As they are."""
    return vectors


@dataclass(frozen=True)
class Asked:
    """Questions, in order: ``late`` (was the flight), ``release`` (the number of the champion in force), ``day`` (New
    York); ``vectors`` by minutes between refreshes."""

    questions: pd.DataFrame
    late: NDArray[np.bool_]
    release: NDArray[np.int64]
    day: NDArray[np.object_]
    vectors: dict[int, pd.DataFrame]

    def score(self, champions: list[Pipeline], refresh: int, change: Change = unchanged) -> Floats:
        """What the champion in force says of each question, with the vectors changed."""
        risk = np.full(len(self.late), np.nan)
        for number, champion in enumerate(champions):
            rows = self.vectors[refresh].loc[self.release == number, list(FEATURES)]
            if len(rows):
                risk[self.release == number] = champion.predict_proba(change(rows))[:, 1]
        return risk


def ask(facts: Facts, questions: pd.DataFrame, refreshes: tuple[int, ...] = REFRESHES) -> Asked:
    """The questions with what belongs to them."""
    late = questions["flight_id"].map(read_lateness()).to_numpy(bool)
    release = np.maximum(RELEASES.searchsorted(questions["asked_at"], side="right") - 1, 0)
    day = questions["asked_at"].dt.tz_convert(NEW_YORK).dt.date.to_numpy()
    return Asked(questions, late, release, day, {each: make_vectors(facts, questions, each) for each in refreshes})
