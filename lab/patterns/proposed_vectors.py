"""Vectors as they should be, as of a moment that is too late, and as a service gets them whose features differ."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from lab.patterns.proposed_flights import choose_questions, local_days
from problem.contract import CATEGORIES, FEATURES, STORED
from problem.facts import Facts
from problem.questions import NEW_YORK, NOTICE
from reference.systems.modular_monolith.features import features

MINUTE = pd.Timedelta(minutes=1)
AS_ASKED = -NOTICE
TOO_LATE = {f"as of {minutes:+d} min": minutes * MINUTE for minutes in (-30, 0, 60, 120, 240, 480, 1440)}
"""When the features of training and test are taken, from the scheduled departure on."""
DAY_ITSELF = "mean of the day itself"
OLD = {"3 hours old": 180 * MINUTE, "a day old": 1440 * MINUTE, "a week old": 10080 * MINUTE}
MILE = 1.609344
FEED = "LGA"
"""The airport whose feed is not connected."""
OF_FEED = [
    name
    for name in STORED
    if name.startswith("origin") or name in ("temp", "wind_speed", "precip", "visib", "pressure")
]


class Rows(NamedTuple):
    """Vectors, with ``late`` and ``day``: what models may learn from, the test month, the months in service.

    ``period``: the first and the last day of what is known.
    """

    known: pd.DataFrame
    past: pd.DataFrame
    served: pd.DataFrame
    period: tuple[str, str]


def make_rows(facts: Facts, period: tuple[str, str], past: pd.DataFrame, served: pd.DataFrame) -> Rows:
    """``past``, ``served``: the questions of these months."""
    asked = (choose_questions(facts, *period), past, served)
    known, earlier, later = (read_as_of(facts, each, AS_ASKED) for each in asked)
    return Rows(known, earlier, later, period)


def read_as_of(facts: Facts, asked: pd.DataFrame, after: pd.Timedelta) -> pd.DataFrame:
    """``FEATURES`` as of so long after the scheduled departure, in the order asked, with ``late`` and ``day``."""
    found = features(facts, asked.assign(asked_at=asked["scheduled_at"] + after))[[*FEATURES]]
    late = asked["flight_id"].map(facts.outcomes.set_index("flight_id")["late"]).to_numpy()
    return found.assign(minutes_to_departure=NOTICE / MINUTE, late=late, day=local_days(asked))


def read_days_mean(facts: Facts, asked: pd.DataFrame) -> pd.DataFrame:
    """The delay at the airport as the mean of the whole day, as a table by day has it."""
    rows = read_as_of(facts, asked, AS_ASKED)
    left = facts.departures["departed_at"].dt.tz_convert(NEW_YORK).dt.tz_localize(None)
    delays = facts.departures.assign(day=left.dt.normalize())
    means = delays.groupby(["origin", "day"])["dep_delay"].mean().rename("origin_dep_delay_2h")
    return rows.drop(columns="origin_dep_delay_2h").join(means, on=["origin", "day"])


def break_rows(facts: Facts, rows: pd.DataFrame, asked: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """By what is wrong, the vectors that a service would get of ``asked``, whose ``rows`` are as they should be."""
    numbers = [name for name in FEATURES if name not in CATEGORIES]
    order = sorted(STORED)
    changed = {
        "kilometres": rows.assign(distance=rows["distance"] * MILE),
        "hours in UTC": rows.assign(local_hour=asked["scheduled_at"].dt.hour.to_numpy()),
        "0 for null": rows.fillna(dict.fromkeys(numbers, 0.0)),
        "another order": rows.assign(**{name: rows[other] for name, other in zip(STORED, order, strict=True)}),
        "a feed that is not there": rows.assign(
            **{name: rows[name].where(rows["origin"] != FEED, np.nan) for name in OF_FEED}
        ),
    }
    return changed | {name: read_as_of(facts, asked, AS_ASKED - age) for name, age in OLD.items()}
