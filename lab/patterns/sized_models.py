"""Models of growing size for one question, fitted on one table, and what each says of the months that follow.

Members and settings of the large ones were chosen within the months of training, in three blocks of months. There a
plain mean was better than a regression on top of the members, and a second forest made it worse.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    VotingClassifier,
)
from sklearn.frozen import FrozenEstimator
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from measure.data.baselines import fit_rates
from problem.contract import CATEGORIES, FEATURES
from problem.facts import Facts
from problem.learner import new_learner
from problem.questions import CUT_OFF, NEW_YORK, questions
from reference.systems.modular_monolith.features import features

EVERY = 4
"""One flight in so many is enough to fit and to judge a model, and takes a quarter of the time."""
FIRST_SERVED, KNOWN = CUT_OFF, CUT_OFF - pd.Timedelta(days=1)
CONSTANT, TABLE, LOGISTIC, LEARNER, GROWN, TRIO, STACK = (
    *("constant", "table", "logistic", "learner", "grown", "trio", "stack"),
)
SIZES = (CONSTANT, TABLE, LOGISTIC, LEARNER, GROWN, TRIO, STACK)
"""The smallest first."""
GROUPS = ["carrier", "origin", "local_hour"]
BIGGER = {"learning_rate": 0.03, "max_iter": 600, "min_samples_leaf": 40, "max_leaf_nodes": 31}
TREES, CORES = 200, 2
"""Trees of the forest; those that are fitted at once."""
Risks = dict[str, NDArray[np.float64]]
Models = dict[str, Pipeline]


class Flights(NamedTuple):
    """Two tables of flights with ``FEATURES``, ``late`` and ``day`` (New York), in the order of the questions."""

    known: pd.DataFrame
    served: pd.DataFrame


def make_flights(facts: Facts, every: int = EVERY) -> Flights:
    """One flight in so many, asked about an hour before it leaves: those known at the cut-off, those that follow."""
    asked = questions(facts, "real_time")
    asked = asked[asked["flight_id"] % every == 0].reset_index(drop=True)
    late = asked["flight_id"].map(facts.outcomes.set_index("flight_id")["late"])
    day = asked["scheduled_at"].dt.tz_convert(NEW_YORK).dt.date
    rows = features(facts, asked).assign(late=late, day=day)
    return Flights(rows[asked["scheduled_at"] < KNOWN], rows[asked["scheduled_at"] >= FIRST_SERVED])


def thin(rows: pd.DataFrame, every: int = EVERY) -> pd.DataFrame:
    """One flight in so many of these."""
    return rows[rows["flight_id"] % every == 0].reset_index(drop=True)


def fit_models(rows: pd.DataFrame, trees: int = TREES) -> Models:
    """By size, the models that can be asked about a vector. Members of the large ones are fitted once."""
    vectors, late = rows[list(FEATURES)], rows["late"]
    encode = _encode().fit(vectors)
    codes = encode.transform(vectors)
    fitted = fit_beside(
        {
            "forest": (new_forest(trees), codes, late),
            GROWN: (new_grown(), vectors, late),
            "network": (new_network(), codes, late),
            LEARNER: (new_learner("late"), vectors, late),
            LOGISTIC: (new_logistic(), vectors, late),
        }
    )
    trio = {LEARNER: fitted[LEARNER][-1], GROWN: fitted[GROWN][-1], "network": fitted["network"]}
    averages = {TRIO: trio, STACK: trio | {"forest": fitted["forest"]}}
    large = {name: average(encode, members, vectors, late) for name, members in averages.items()}
    return {name: fitted[name] for name in (LOGISTIC, LEARNER, GROWN)} | large


def fit_beside(wanted: Mapping[Any, tuple[Any, Any, pd.Series]]) -> dict[Any, Any]:
    """Fit each on its table, some at once, in the order given."""
    with ThreadPoolExecutor(CORES) as pool:
        fitted = pool.map(lambda of: of[0].fit(of[1], of[2]), wanted.values())
        return dict(zip(wanted, fitted, strict=True))


def score_all(models: Models, flights: Flights) -> Risks:
    """By size, the probability that each of the served flights is late; the two that need no vector included."""
    rates = fit_rates(flights.known[GROUPS], flights.known["late"])
    simple = {
        CONSTANT: np.full(len(flights.served), rates.overall),
        TABLE: rates.predict(flights.served[GROUPS]),
    }
    vectors = flights.served[list(FEATURES)]
    return simple | {name: model.predict_proba(vectors)[:, 1] for name, model in models.items()}


def new_logistic() -> Pipeline:
    """A column a value of each category, numbers scaled, what is missing replaced by the median."""
    return make_pipeline(_encode(), _spread(), LogisticRegression(max_iter=200))


def new_grown() -> Pipeline:
    """The study's learner, grown: more and larger trees, each of which counts for less."""
    return make_pipeline(_encode(), _new_boosted())


def new_network() -> Pipeline:
    """One hidden layer, for vectors that are encoded."""
    layers = MLPClassifier((64,), alpha=1e-3, batch_size=512, max_iter=8, random_state=0)
    return make_pipeline(_spread(), layers)


def new_forest(trees: int) -> RandomForestClassifier:
    """Deep trees, each on a part of the flights, for vectors that are encoded."""
    return RandomForestClassifier(trees, min_samples_leaf=10, max_samples=0.3, random_state=0)


def average(encode: Any, members: Mapping[str, Any], vectors: pd.DataFrame, late: pd.Series) -> Pipeline:
    """The mean of what fitted members say; a vector is encoded once for all."""
    frozen = [(name, FrozenEstimator(member)) for name, member in members.items()]
    return make_pipeline(FrozenEstimator(encode), VotingClassifier(frozen, voting="soft")).fit(vectors, late)


def _encode() -> Any:
    """As the study's learner sees a vector: categories as numbers first."""
    return new_learner("late")[0]


def _new_boosted() -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(early_stopping=False, random_state=0, **BIGGER)


def _spread() -> Any:
    """For models that add up: from codes to a column a value, numbers on one scale."""
    count = len(CATEGORIES)
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    columns = OneHotEncoder(handle_unknown="ignore", min_frequency=20)
    return make_column_transformer((columns, slice(0, count)), (numbers, slice(count, len(FEATURES))))
