"""Which of the day's flights will be late? One small program; a switch says whether it trains or answers."""

from pathlib import Path
from typing import Any

import joblib
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier

from problem.facts import Facts

NEW_YORK = "America/New_York"
FEATURES = ["origin_dep_delay_2h", "carrier_arr_delay_24h", "local_hour"]


def run(facts: Facts, asked: pd.DataFrame, is_training: bool, home: Path) -> pd.DataFrame:
    """Switched on, fit and keep a model; switched off, answer. Gives the rows that the model saw."""
    table = pd.DataFrame([features_of(facts, flight) for flight in asked.itertuples()], index=asked.index)
    if is_training:
        table = table.merge(facts.outcomes[["flight_id", "late"]], on="flight_id")
        joblib.dump(new_model().fit(table[FEATURES], table["late"]), home / "model.joblib")
        return table
    model = joblib.load(home / "model.joblib")
    return table.assign(prediction=model.predict_proba(table[FEATURES])[:, 1])


def features_of(facts: Facts, flight: Any) -> dict[str, Any]:
    """One flight's features, from what was known when it was asked about."""
    at = flight.asked_at

    departed = facts.departures
    departed = departed[departed["origin"] == flight.origin]
    departed = departed[(departed["known_at"] > at - pd.Timedelta("2h")) & (departed["known_at"] <= at)]

    landed = facts.landings
    landed = landed[landed["carrier"] == flight.carrier]
    landed = landed[(landed["known_at"] > at - pd.Timedelta("24h")) & (landed["known_at"] <= at)]

    return {
        "flight_id": flight.flight_id,
        "asked_at": at,
        "origin_dep_delay_2h": departed["dep_delay"].mean(),
        "carrier_arr_delay_24h": landed["arr_delay"].mean(),
        "local_hour": flight.scheduled_at.tz_convert(NEW_YORK).hour,
    }


def new_model() -> HistGradientBoostingClassifier:
    """An unfitted learner; it takes nulls as they are."""
    return HistGradientBoostingClassifier(max_iter=20, early_stopping=False, random_state=0)


def most_endangered(answered: pd.DataFrame, number: int = 5) -> pd.DataFrame:
    """What the desk looks at: the flights that are most probably late."""
    return answered.nlargest(number, "prediction")[["flight_id", "prediction", *FEATURES]]
