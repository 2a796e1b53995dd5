"""Every model that a year of training again could make, and how it answers every later week.

A model of week i is fitted on seven weeks, from vectors of the modular monolith, once from a sound extract and once
from each way in which an extract can be broken. What a policy would have lost is then a matter of looking up.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from measure.data.baselines import fit_rates
from measure.data.scores import log_losses
from problem.contract import FEATURES
from problem.facts import load_facts
from problem.questions import NEW_YORK, questions
from problem.weekly import Week, fit
from reference.systems.modular_monolith.features import features

FIRST_MONDAY = pd.Timestamp("2013-01-07")
TRAINING_WEEKS = 7
FIRST, LAST = 9, 50
"""The first model is launched in week 9, in March; week 50 is the last whole one of the year."""
GROUPS = ["carrier", "origin", "local_hour"]
"""The table's, as in the study."""
EVERY = 3
"""One flight in so many is enough to fit and to judge a model, and takes a third of the time."""
SOUND, NO_OUTCOMES, WRONG_JOIN, ONE_AIRPORT = "sound", "outcomes not loaded", "joined to wrong flights", "one airport"
BROKEN = (NO_OUTCOMES, WRONG_JOIN, ONE_AIRPORT)
KINDS = (SOUND, *BROKEN)
Model = tuple[int, str]
"""The week of a model and the kind of its extract."""
Losses = NDArray[np.float64]


@dataclass(frozen=True)
class Models:
    """``losses``: by model and kind of extract its mean log loss in nats of every week, as an extract of that kind has
    the week (``SOUND``: as it was); null for weeks before its own. ``flights``: how many flights each week has."""

    losses: dict[tuple[Model, str], Losses] = field(default_factory=dict)
    flights: Losses = field(default_factory=lambda: np.zeros(LAST + 1))
    seconds_a_fit: float = 0.0

    def loss(self, model: Model, week: int, seen_as: str = SOUND) -> float:
        """The mean log loss of a model in a week, as an extract of that kind shows it."""
        return float(self.losses[model, seen_as][week])


def make_year(first: int = 0, last: int = LAST) -> pd.DataFrame:
    """The vectors of one flight in three in these weeks, with ``late`` and ``week``, in the order of the questions."""
    facts = load_facts()
    asked = questions(facts, "batch")
    local = asked["scheduled_at"].dt.tz_convert(NEW_YORK).dt.tz_localize(None)
    asked = asked.assign(week=(local - FIRST_MONDAY).dt.days // 7)
    asked = asked[asked["week"].between(first, last) & (asked["flight_id"] % EVERY == 0)].reset_index(drop=True)
    late = asked["flight_id"].map(facts.outcomes.set_index("flight_id")["late"])
    return features(facts, asked.drop(columns="week")).assign(late=late, week=asked["week"])


def break_extract(rows: pd.DataFrame, kind: str, monday: int) -> pd.DataFrame:
    """What the extract of a Monday holds of these rows."""
    if kind == NO_OUTCOMES:
        return rows.assign(late=rows["late"].where(rows["week"] < monday - 2, 0))
    if kind == WRONG_JOIN:
        return rows.assign(late=rows["late"].sample(frac=1, random_state=monday).to_numpy())
    return rows[rows["origin"] == "JFK"] if kind == ONE_AIRPORT else rows


def make_week(year: pd.DataFrame, monday: int, kind: str = SOUND) -> Week:
    """The week as a trainer is handed it."""
    known = year[(year["week"] >= monday - 1 - TRAINING_WEEKS) & (year["week"] < monday)]
    extract = break_extract(known, kind, monday)
    before = extract["week"] < monday - 1
    return Week(monday, extract[before], extract[~before], known[known["week"] == monday - 1], ())


def measure_models(year: pd.DataFrame) -> Models:
    """Fit and judge all models of the year: some 170 fits."""
    seconds = 0.0
    losses: dict[tuple[Model, str], Losses] = {}
    for monday in range(FIRST, LAST + 1):
        for kind in KINDS:
            began = time.process_time()
            model = fit(make_week(year, monday, kind))
            seconds += time.process_time() - began
            later = year[year["week"] >= monday - 1]
            risk = model.predict_proba(later[list(FEATURES)])[:, 1]
            losses |= {((monday, kind), seen): of for seen, of in _judge_weeks(later, risk)}
    flights = year.groupby("week").size().reindex(range(LAST + 1), fill_value=0).to_numpy(float)
    return Models(losses, flights, seconds / ((LAST + 1 - FIRST) * len(KINDS)))


def measure_ages(models: Models) -> list[float]:
    """By age in weeks, from 0: how much more a sound model of that age loses than a fresh one, in nats a flight."""
    fresh = np.array([models.loss((week, SOUND), week) for week in range(FIRST, LAST + 1)])
    return [
        float(np.average(_lose_at(models, age) - fresh[age:], weights=models.flights[FIRST + age :]))
        for age in range(LAST - FIRST)
    ]


def measure_beside(models: Models, year: pd.DataFrame) -> dict[str, float]:
    """Log loss in nats a flight of a sound model that is new every week, of a constant and of a table of rates."""
    mondays = range(FIRST, LAST + 1)
    simple = np.array([_judge_simply(year, monday) for monday in mondays])
    fresh = np.array([models.loss((monday, SOUND), monday) for monday in mondays])
    losses = {"fresh": fresh, "constant": simple[:, 0], "table": simple[:, 1]}
    return {name: float(np.average(of, weights=models.flights[FIRST:])) for name, of in losses.items()}


def _judge_simply(year: pd.DataFrame, monday: int) -> tuple[float, float]:
    """Losses of the constant and of the table in a week, from the rows that a model of that week is fitted on."""
    known, rows = make_week(year, monday).rows, year[year["week"] == monday]
    rates, late = fit_rates(known[GROUPS], known["late"]), rows["late"].to_numpy(bool)
    constant, table = np.full(len(rows), rates.overall), rates.predict(rows[GROUPS])
    return float(log_losses(late, constant).mean()), float(log_losses(late, table).mean())


def _lose_at(models: Models, age: int) -> Losses:
    """The loss of every week's model so many weeks later."""
    return np.array([models.loss((week - age, SOUND), week) for week in range(FIRST + age, LAST + 1)])


def _judge_weeks(rows: pd.DataFrame, risk: Losses) -> Iterator[tuple[str, Losses]]:
    """By kind of extract, mean log losses of all weeks."""
    late, week = rows["late"].to_numpy(bool), rows["week"].to_numpy()
    if_late, if_not = -np.log(risk), -np.log1p(-risk)
    true = np.where(late, if_late, if_not)
    rate = _mean_by_week(late.astype(float), week)
    yield SOUND, _mean_by_week(true, week)
    yield NO_OUTCOMES, _mean_by_week(if_not, week)
    yield WRONG_JOIN, rate * _mean_by_week(if_late, week) + (1 - rate) * _mean_by_week(if_not, week)
    airport = (rows["origin"] == "JFK").to_numpy()
    yield ONE_AIRPORT, _mean_by_week(true[airport], week[airport])


def _mean_by_week(values: Losses, week: NDArray[np.int64]) -> Losses:
    sums, counts = (np.bincount(week, weights=of, minlength=LAST + 1) for of in (values, np.ones(len(values))))
    return np.divide(sums, counts, out=np.full(LAST + 1, np.nan), where=counts > 0)
