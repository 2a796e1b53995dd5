"""The year of a service that is watched: what it was asked and said from April on, and which months are for what."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from lab.patterns.asked_flights import USUAL, fit, fit_wrong, make_vectors
from problem.contract import CATEGORIES, FEATURES, STORED
from problem.facts import Facts
from problem.questions import NEW_YORK, questions
from problem.watched import ANSWERED, Rows
from reference.systems.modular_monolith.features import features

LAUNCH = pd.Timestamp("2013-04-01")
FOR_LIMITS, QUIET, FAULTY = (4, 7, 10), (5, 8, 11), (6, 9, 12)
"""Months: from which limits come, in which false alarms are counted, and in which faults are planted."""
EVERY = 3
"""One flight in so many is enough to fit the model."""
DAY, MINUTE = pd.Timedelta(days=1), pd.Timedelta(minutes=1)
LOOKED_AT = pd.Timedelta(hours=34)
"""A day is looked at on the next morning, at ten o'clock UTC, counted from midnight in New York."""
USUAL_SECONDS, SPREAD = 0.006, 0.4
FAILS = 0.001
"""Planted: seconds of an answer (the median, and the width of their logarithm), and the share that fails on any day."""
FAILED = 500


class Year(NamedTuple):
    """``rows``: see ``problem.watched``, with ``month`` and ``luck``, a number of its own from 0 to 1 for each request;
    ``asked``: the same requests; ``model`` answers, ``wrong`` was fitted on outcomes that were joined to other flights.
    """

    facts: Facts
    asked: pd.DataFrame
    rows: Rows
    model: Pipeline
    wrong: Pipeline

    def take(self, month: int) -> Rows:
        """A month's requests."""
        return self.rows[self.rows["month"] == month]

    def span(self, first: pd.Timestamp, days: int) -> Rows:
        """All requests of so many days from one on."""
        begin, end = self.rows["day"].searchsorted([first, first + days * DAY])
        return self.rows.iloc[begin:end]

    def freeze(self, start: pd.Timestamp, rows: Rows) -> pd.DataFrame:
        """The stored features of these rows, and their ``age``, if nothing is refreshed from the start of a day on."""
        stopped = start.tz_localize(NEW_YORK).tz_convert("UTC")
        asked = self.asked.loc[rows.index]
        old = features(self.facts, asked.assign(asked_at=asked["asked_at"].clip(upper=stopped)))
        age = (asked["asked_at"] - stopped).clip(lower=pd.Timedelta(0)) / MINUTE + rows["age"]
        return old[[*STORED]].set_axis(rows.index).assign(age=age)


def make_year(facts: Facts, every: int = 1) -> Year:
    """The year from the launch on; one request in so many (``every``)."""
    asked = questions(facts, "real_time")
    asked["day"] = asked["scheduled_at"].dt.tz_convert(NEW_YORK).dt.tz_localize(None).dt.normalize()
    before = asked["day"] < LAUNCH
    known = asked[before & (asked["flight_id"] % EVERY == 0)]
    asked = asked[~before & (asked["flight_id"] % every == 0)].reset_index(drop=True)  # in the order of the days
    late = facts.outcomes.set_index("flight_id")[["late", "known_at"]]
    extract = make_vectors(facts, known, USUAL).assign(late=known["flight_id"].map(late["late"]).to_numpy(), week=0)
    model = fit(extract)
    return Year(facts, asked, _answer(facts, asked, late, model), model, fit_wrong(extract))


def score(model: Pipeline, rows: Rows) -> NDArray[np.float64]:
    """What a model says of the rows, in order."""
    return model.predict_proba(rows[list(FEATURES)])[:, 1]


def _answer(facts: Facts, asked: pd.DataFrame, late: pd.DataFrame, model: Pipeline) -> Rows:
    random = np.random.default_rng(0)
    vectors, came = make_vectors(facts, asked, USUAL), asked[["flight_id"]].join(late, on="flight_id")
    known = came["known_at"] <= (asked["day"] + LOOKED_AT).dt.tz_localize("UTC")
    failed = random.random(len(asked)) < FAILS
    names = vectors[list(CATEGORIES)].astype("category")  # a table of text is slow to cut
    return vectors[list(FEATURES)].assign(
        **names,
        day=asked["day"],
        month=asked["day"].dt.month,
        status=np.where(failed, FAILED, ANSWERED),
        seconds=random.lognormal(np.log(USUAL_SECONDS), SPREAD, len(asked)),
        age=(asked["asked_at"] - asked["asked_at"].dt.floor(f"{USUAL}min")) / MINUTE,
        risk=np.where(failed, np.nan, score(model, vectors)),
        late=came["late"].where(known),
        luck=random.random(len(asked)),
    )
