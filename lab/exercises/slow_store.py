"""What a small feature store is to hold and to answer: slow, obvious, apart from all solutions of exercise 6."""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lab.exercises.few_flights import CARRIERS, END, FIRST, ORIGINS, asked_between, few_flights
from problem.questions import NEW_YORK

RUN_TIME = pd.Timedelta(minutes=5)
"""What a run of the feature pipeline takes: a value as of noon can be read from five past on."""


class View(NamedTuple):
    """A key and its values, the facts and which value of theirs is averaged, the feature, the window."""

    key: str
    keys: tuple[str, ...]
    facts: str
    value: str
    feature: str
    window: pd.Timedelta


VIEWS = {
    "origin_departures": View("origin", ORIGINS, "departures", "dep_delay", "origin_dep_delay_2h", pd.Timedelta("2h")),
    "carrier_landings": View("carrier", CARRIERS, "landings", "arr_delay", "carrier_arr_delay_24h", pd.Timedelta("1D")),
}


def refreshes() -> pd.DatetimeIndex:
    """When the feature pipeline runs: every hour of the three days."""
    return pd.date_range(FIRST, END, freq="1h").tz_convert("UTC")


def value_of(view: View, key: str, at: pd.Timestamp) -> float:
    """What a view says of a key as of an instant: the mean of the facts known in ``(at - window, at]``."""
    rows = getattr(few_flights(), view.facts)
    rows = rows[(rows[view.key] == key) & (rows["known_at"] > at - view.window) & (rows["known_at"] <= at)]
    return float(rows[view.value].mean())


@cache
def stored(name: str) -> pd.DataFrame:
    """The rows of a view after all refreshes: key, feature, ``as_of``, ``stored_at``."""
    view = VIEWS[name]
    return pd.DataFrame(
        {view.key: key, view.feature: value_of(view, key, at), "as_of": at, "stored_at": at + RUN_TIME}
        for at in refreshes()
        for key in view.keys
    )


def put(folder: Path) -> Path:
    """Write the whole store, so that no step depends on the learner's own; returns the folder."""
    for name in VIEWS:
        stored(name).to_parquet(folder / f"{name}.parquet", index=False)
    return folder


@cache
def rows_between(start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Per question about a flight scheduled from ``start`` to ``end`` its features, and ``age``.

    They come from the newest rows that could be read when it was asked. ``age``: minutes from ``as_of`` to the
    question; one run writes both views, so their values are of one age.
    """
    asked = asked_between(start, end)
    return pd.DataFrame([_row_for(question) for question in asked.itertuples()], index=asked.index)


def _row_for(question: Any) -> dict[str, float]:
    found: dict[str, float] = {"local_hour": question.scheduled_at.tz_convert(NEW_YORK).hour}
    ages = []
    for name, view in VIEWS.items():
        rows = stored(name)
        rows = rows[(rows[view.key] == getattr(question, view.key)) & (rows["stored_at"] <= question.asked_at)]
        found[view.feature] = rows[view.feature].iloc[-1] if len(rows) else np.nan
        ages += [(question.asked_at - at) / pd.Timedelta(minutes=1) for at in rows["as_of"].tail(1)]
    return found | {"age": max(ages, default=np.nan)}
