"""What a model sees and says of the requests of some days, after a source has changed a unit."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from lab.patterns.asked_flights import USUAL, make_vectors
from lab.patterns.owned_deliveries import Change
from lab.patterns.watched_year import EVERY, LAUNCH, Year, score
from problem.contract import CATEGORIES, FEATURES
from problem.facts import Facts
from problem.questions import NEW_YORK, questions
from problem.watched import Rows
from reference.systems.modular_monolith.features import carrier_landings, last_landing, route_landings

TREES, LINEAR = "trees", "logistic regression"
LONGEST = pd.Timedelta(days=60)
"""How far back landings are looked at that are no mean of 28 days: of an aircraft that has not landed since, the row
stays as it is."""
DELAY = "arr_delay"
Floats = NDArray[np.float64]


class Served(NamedTuple):
    """The year of O-b, and by name the models that answer in it."""

    year: Year
    models: Mapping[str, Pipeline]

    def change(self, rows: Rows, start: pd.Timestamp, change: Change) -> Rows:
        """These requests, none before ``start``, if the source has changed the unit from that day on."""
        if change.column != DELAY:
            return rows.assign(**{change.column: change.apply(rows[change.column])})
        made = self._make_delays(rows, start, change.factor)
        same = made.isna()  # nothing landed, or longer ago than is looked back
        return rows.assign(**{name: made[name].where(~same[name], rows[name]) for name in made})

    def _make_delays(self, rows: Rows, start: pd.Timestamp, factor: float) -> pd.DataFrame:
        """The features of landings, whose delays are ``factor`` times what they were from the start on."""
        begun, facts = start.tz_localize(NEW_YORK).tz_convert("UTC"), self.year.facts
        asked = self.year.asked.loc[rows.index]
        asked = asked.assign(asked_at=asked["asked_at"].dt.floor(f"{USUAL}min")).reset_index(drop=True)
        landings = facts.landings
        landings = landings[landings["known_at"].between(begun - LONGEST, asked["asked_at"].max())]
        delays = landings[DELAY].where(landings["known_at"] < begun, landings[DELAY] * factor)
        changed = facts.__class__(**vars(facts) | {"landings": landings.assign(**{DELAY: delays})})
        parts = [part(changed, asked) for part in (carrier_landings, route_landings, last_landing)]
        return pd.concat(parts, axis=1).set_axis(rows.index)

    def answer(self, model: str, rows: Rows) -> Floats:
        """What a model says of the rows, in order; NaN where there was no answer."""
        return np.where(rows["risk"].isna(), np.nan, score(self.models[model], rows))


def fit_models(facts: Facts, year: Year) -> Served:
    """The year with the model it has, and a logistic regression on the same vectors."""
    asked = questions(facts, "real_time")
    local = asked["scheduled_at"].dt.tz_convert(NEW_YORK).dt.tz_localize(None)
    known = asked[(local < LAUNCH) & (asked["flight_id"] % EVERY == 0)]
    late = known["flight_id"].map(facts.outcomes.set_index("flight_id")["late"]).to_numpy()
    vectors = make_vectors(facts, known, USUAL)[[*FEATURES]]
    return Served(year, {TREES: year.model, LINEAR: new_regression().fit(vectors, late)})


def new_regression() -> Pipeline:
    """Numbers by their spread, nulls as the median and marked, categories one by one."""
    numbers = [name for name in FEATURES if name not in CATEGORIES]
    filled = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    names = OneHotEncoder(handle_unknown="ignore")
    encode = make_column_transformer((filled, numbers), (names, list(CATEGORIES)))
    return make_pipeline(encode, LogisticRegression(C=0.1, max_iter=300))
