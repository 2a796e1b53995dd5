"""Worker of H27: a transformation that belongs to the request or to a model, made in the feature pipeline instead."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from lab.engine.progress import reported
from lab.study.day_blocks import add_outcomes
from lab.study.steps.simple_answers import make_logistic
from measure.data.days import sum_by_day
from measure.data.scores import log_losses
from problem.contract import CATEGORIES, FEATURES, VECTOR
from problem.facts import load_facts
from problem.learner import new_learner
from problem.questions import CUT_OFF, NEW_YORK

REFRESH = "15min"
"""How often FTI stores landings."""
HOURS = "aircraft_hours_since_landing"
TREES, LOGISTIC = "trees", "logistic"
PLACED, HOURS_STORED, CODES_STORED = "as it is", "hours stored", "codes stored"
Tables = tuple[pd.DataFrame, pd.DataFrame]
"""What a model is fitted on, and what it is asked."""


def misplace(folder: Path, steps: Path, name: str) -> None:
    """Fit trees and a logistic regression on a system's tables, as they are and with one transformation moved.

    ``losses.parquet``: mode, arm, learner, and by day of the quarter ``rows`` and the sum of the log losses in nats,
    ``served``. ``cells.parquet``: mode, arm, and the share of training cells of the moved columns that hold another
    value than service would give them.
    """
    training = pd.read_parquet(steps / f"train-{name}" / "training.parquet")
    served = pd.read_parquet(steps / f"serve-{name}" / "served.parquet", columns=list(VECTOR))
    losses, cells = [], []
    for mode in reported([str(mode) for mode in served["mode"].unique()]):
        placed = (training[training["mode"] == mode], served[served["mode"] == mode])
        for arm, move in ARMS.items():
            moved, stale = move(*placed)
            cells.append({"mode": mode, "arm": arm, "stale": stale})
            for learner in LEARNERS:
                losses.append(_sum_losses(*moved, arm, learner).assign(mode=mode, arm=arm, learner=learner))
    pd.concat(losses, ignore_index=True).to_parquet(folder / "losses.parquet", index=False)
    pd.DataFrame(cells).to_parquet(folder / "cells.parquet", index=False)


def _leave(training: pd.DataFrame, served: pd.DataFrame) -> tuple[Tables, float]:
    return (training, served), 0.0


def store_hours(training: pd.DataFrame, served: pd.DataFrame) -> tuple[Tables, float]:
    """The hours since the landing as they are when the landing is stored; later questions read them as they were."""
    return (_store_hours(training), _store_hours(served)), 0.0


def _store_hours(table: pd.DataFrame) -> pd.DataFrame:
    landed = table["asked_at"] - pd.to_timedelta(table[HOURS], unit="h")
    stored = (landed.dt.ceil(REFRESH) - landed) / pd.Timedelta(hours=1)
    return table.assign(**{HOURS: stored})


def store_codes(training: pd.DataFrame, served: pd.DataFrame) -> tuple[Tables, float]:
    """Names as their places in the alphabet of those known at the start of the month: training keeps old codes.

    The second value is the share of training cells whose code is not the one that service gives the same name.
    """
    known = _date_names()
    stored = _code(training, known)
    now = _code(training, known, as_of=CUT_OFF)
    stale = float((stored[list(CATEGORIES)] != now[list(CATEGORIES)]).to_numpy().mean())
    return (stored, _code(served, known)), stale


def _date_names() -> dict[str, pd.Series]:
    """By column, when the first flight with each name was scheduled, the names in the order of the alphabet."""
    flights = load_facts().flights
    return {column: flights.groupby(column)["scheduled_at"].min().sort_index() for column in CATEGORIES}


def _code(table: pd.DataFrame, known: dict[str, pd.Series], as_of: pd.Timestamp | None = None) -> pd.DataFrame:
    asked_at = table["asked_at"] if as_of is None else pd.Series(as_of, index=table.index)
    local = asked_at.dt.tz_convert(NEW_YORK)
    months = (local.dt.tz_localize(None).dt.to_period("M").dt.to_timestamp()).dt.tz_localize(NEW_YORK)
    coded = {}
    for column, first_seen in known.items():
        codes = pd.Series(np.nan, index=table.index)
        for month in months.unique():
            names = list(first_seen.index[first_seen < month]) or list(first_seen.index)
            of_month = months == month
            codes[of_month] = table.loc[of_month, column].map({name: place for place, name in enumerate(names)})
        coded[column] = codes
    return table.assign(**coded)


ARMS: dict[str, Callable[[pd.DataFrame, pd.DataFrame], tuple[Tables, float]]] = {
    PLACED: _leave,
    HOURS_STORED: store_hours,
    CODES_STORED: store_codes,
}
LEARNERS: dict[str, Callable[[], Pipeline]] = {TREES: lambda: new_learner("late"), LOGISTIC: make_logistic}


def _sum_losses(training: pd.DataFrame, served: pd.DataFrame, arm: str, learner: str) -> pd.DataFrame:
    model = LEARNERS[learner]()
    if arm == CODES_STORED:
        _take_numbers(model)
    risk = model.fit(training[list(FEATURES)], training["label"]).predict_proba(served[list(FEATURES)])[:, 1]
    answers = add_outcomes(served[["flight_id", "asked_at"]].assign(risk=risk))
    loss = log_losses(answers["late"].to_numpy(bool), answers["risk"].to_numpy(float))
    return sum_by_day(answers["day"], {"served": loss}).round(6)


def _take_numbers(model: Pipeline) -> None:
    """Let a learner take all columns as numbers: the names among them have been coded before they came."""
    ((_, _, _), (numbers, transformer, _)) = model[0].transformers
    model[0].set_params(transformers=[(numbers, transformer, list(FEATURES))])
