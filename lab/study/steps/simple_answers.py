"""Worker of the baselines: what needs no history and no boosted trees, on the questions that a system was asked."""

from pathlib import Path

import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from measure.data.baselines import Rates, fit_rates
from problem.contract import CATEGORIES, FEATURES, KEYS, VECTOR
from problem.facts import Facts, load_facts
from problem.questions import CUT_OFF, NEW_YORK, questions, scheduled_between

GROUPS = ("carrier", "origin", "hour")
"""What makes the groups of the table: who flies, from where, and the New York hour of the scheduled departure."""


def answer_simply(folder: Path, steps: Path, name: str) -> None:
    """Answer what a system was asked by a constant, by a table, and by a logistic regression on the system's vectors.

    ``answers.parquet``: mode, the keys, ``constant``, ``table`` and ``logistic``, each a probability of late.
    """
    facts = load_facts()
    rates = fit_table(facts)
    training = pd.read_parquet(steps / f"train-{name}" / "training.parquet")
    served = pd.read_parquet(steps / f"serve-{name}" / "served.parquet", columns=list(VECTOR))
    answers = [
        asked[[*KEYS, "mode"]].assign(
            constant=rates.overall,
            table=rates.predict(_group(facts.flights, asked["flight_id"])),
            logistic=_fit(training[training["mode"] == mode]).predict_proba(asked[list(FEATURES)])[:, 1],
        )
        for mode, asked in served.groupby("mode")
    ]
    pd.concat(answers, ignore_index=True).to_parquet(folder / "answers.parquet", index=False)


def fit_table(facts: Facts) -> Rates:
    """Rates of the training months, from outcomes that were known at the cut-off."""
    asked = scheduled_between(questions(facts, "real_time"), None, CUT_OFF)
    known = facts.known_at(CUT_OFF).outcomes.set_index("flight_id")["late"]
    asked = asked[asked["flight_id"].isin(known.index)]
    return fit_rates(_group(facts.flights, asked["flight_id"]), known.loc[asked["flight_id"]])


def _group(flights: pd.DataFrame, flight_ids: pd.Series) -> pd.DataFrame:
    rows = flights.set_index("flight_id").loc[flight_ids]
    return rows.assign(hour=rows["scheduled_at"].dt.tz_convert(NEW_YORK).dt.hour)[list(GROUPS)]


def _fit(training: pd.DataFrame) -> Pipeline:
    return make_logistic().fit(training[list(FEATURES)], training["label"])


def make_logistic() -> Pipeline:
    """A logistic regression on all features: categories one by one, a null as the mean and a mark of its own."""
    numbers = [name for name in FEATURES if name not in CATEGORIES]
    scaled = make_pipeline(SimpleImputer(add_indicator=True), StandardScaler())
    coded = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    encode = make_column_transformer((coded, list(CATEGORIES)), (scaled, numbers))
    return make_pipeline(encode, LogisticRegression(solver="newton-cholesky"))
