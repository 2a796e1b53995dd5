"""A nightly job that six sources feed: its tables, its five outputs, and the door of every form of it.

When a day (``today``) has ended, the job fetches what six systems of other people deliver and makes the risk that each
of tomorrow's flights is late, and four reports. All forms of the job make the same tables and call the functions below
on them: what differs is how they fetch, what they keep, and in which order they work.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OrdinalEncoder

from problem.learner import SETTINGS

COLUMNS = {
    "schedule": ("flight_id", "day", "hour", "carrier", "origin", "dest", "tailnum", "distance"),
    "departures": ("flight_id", "day", "origin", "dep_delay"),
    "landings": ("flight_id", "day", "arr_delay"),
    "weather": ("origin", "day", "hour", "temp", "wind_speed", "precip", "visib", "pressure"),
    "planes": ("tailnum", "built", "seats"),
    "airports": ("dest", "lat", "lon"),
}
"""The six tables; days are texts like 2013-04-30, hours New York's clock, units those of ``Facts``. All but planes and
airports hold the last weeks up to ``today``, the schedule also tomorrow."""
NEEDS = {
    "risks": tuple(COLUMNS),
    "carriers": ("schedule", "landings"),
    "ground": ("departures",),
    "fleet": ("schedule", "planes"),
    "weather": ("weather",),
}
"""The five outputs, each with the tables it is made of."""
CATEGORIES = ["carrier", "origin", "dest"]
NUMBERS = ["hour", "weekday", "distance", "built", "seats", "lat", "lon", "origin_delay",
           "temp", "wind_speed", "precip", "visib", "pressure"]  # fmt: skip
ON_TIME, EVENING, POOR_SIGHT = 15, 22, 3
"""Minutes from which a flight counts as late; the hour of weather that the next day's flights get; miles."""
TREES = 25
"""A quarter of the study's: a night has to be short where hundreds of them are killed."""
Tables = Mapping[str, pd.DataFrame]


class Site(NamedTuple):
    """Where the six systems answer (``http://host:port``), and the day that has just ended."""

    address: str
    today: str


class Job(Protocol):
    """The door. What a job keeps lies under ``home``, which the nights share; outputs by ``write_output``."""

    def __init__(self, home: Path, site: Site) -> None: ...

    def run(self) -> list[str]:
        """Make tonight's outputs, or go on where a killed run stopped; what went wrong, a line each."""


def next_day(day: str, days: int = 1) -> str:
    """So many days after a day."""
    return str((pd.Timestamp(day) + pd.Timedelta(days=days)).date())


def describe_flights(tables: Tables) -> pd.DataFrame:
    """A row a flight: ``CATEGORIES``, ``NUMBERS``, flight_id, day, and ``late``, which is 1 where none landed."""
    days, weather, departures = pd.to_datetime(tables["schedule"]["day"]), tables["weather"], tables["departures"]
    before = (days - pd.Timedelta(days=1)).dt.strftime("%Y-%m-%d")
    flights = tables["schedule"].assign(weekday=days.dt.weekday, before=before)
    evening = weather[weather["hour"] == EVENING].drop(columns="hour").rename(columns={"day": "before"})
    ground = departures.groupby(["origin", "day"])["dep_delay"].mean().rename_axis(["origin", "before"])
    landed = tables["landings"].set_index("flight_id")["arr_delay"]
    rows = flights.merge(tables["planes"], "left", "tailnum").merge(tables["airports"], "left", "dest")
    rows = rows.merge(evening, "left", ["origin", "before"])
    rows = rows.merge(ground.rename("origin_delay").reset_index(), "left", ["origin", "before"])
    return rows.assign(late=(~(rows["flight_id"].map(landed) < ON_TIME)).astype(int))


def fit_risk(rows: pd.DataFrame, today: str) -> Pipeline:
    """The model, from all flights up to ``today``; raises ``ValueError`` if there are none."""
    known = rows[rows["day"] <= today]
    if known.empty:
        raise ValueError(f"no flights up to {today} to train on")
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=float("nan"))
    encode = make_column_transformer((codes, CATEGORIES), ("passthrough", NUMBERS))
    settings = SETTINGS | {"max_iter": TREES}
    trees = HistGradientBoostingClassifier(early_stopping=False, random_state=0, **settings)
    return make_pipeline(encode, trees).fit(known[CATEGORIES + NUMBERS], known["late"])


def ask_risks(model: Pipeline, rows: pd.DataFrame, today: str) -> dict[str, float | None]:
    """By flight, tomorrow's risk; raises ``ValueError`` if tomorrow has no flights."""
    asked = rows[rows["day"] == next_day(today)]
    if asked.empty:
        raise ValueError(f"no flights on {next_day(today)} to ask about")
    risks = model.predict_proba(asked[CATEGORIES + NUMBERS])[:, -1]
    return _make_plain(pd.Series(risks, index=asked["flight_id"]))


def report_carriers(landings: pd.DataFrame, schedule: pd.DataFrame, today: str) -> dict[str, float | None]:
    """By carrier, the share of today's landings that were late."""
    landed = landings[landings["day"] == today].merge(schedule[["flight_id", "carrier"]], on="flight_id")
    return _make_plain((landed["arr_delay"] >= ON_TIME).groupby(landed["carrier"]).mean())


def report_ground(departures: pd.DataFrame, today: str) -> dict[str, float | None]:
    """By airport, today's mean departure delay in minutes."""
    return _make_plain(departures[departures["day"] == today].groupby("origin")["dep_delay"].mean())


def report_fleet(schedule: pd.DataFrame, planes: pd.DataFrame, today: str) -> dict[str, float | None]:
    """By airport, the seats on tomorrow's flights; an aircraft that the registry does not know has none."""
    flights = schedule[schedule["day"] == next_day(today)].merge(planes, "left", "tailnum")
    return _make_plain(flights.groupby("origin")["seats"].sum())


def report_weather(weather: pd.DataFrame, today: str) -> dict[str, float | None]:
    """By airport, today's hours with rain, snow or poor sight."""
    hours = weather[weather["day"] == today]
    bad = (hours["precip"] > 0) | (hours["visib"] < POOR_SIGHT)
    return _make_plain(bad.groupby(hours["origin"]).sum())


def write_output(home: Path, name: str, today: str, values: Mapping[str, Any]) -> None:
    """Put an output in its place, whole or not at all: the day and its values."""
    (home / "out").mkdir(parents=True, exist_ok=True)
    part = home / "out" / f"{name}.part"
    part.write_text(json.dumps({"day": today, "values": values}))
    part.replace(home / "out" / f"{name}.json")


def read_output(home: Path, name: str, today: str) -> dict[str, Any] | None:
    """The values of an output, None if today's was not made."""
    file = home / "out" / f"{name}.json"
    if not file.exists():
        return None
    found = json.loads(file.read_text())
    return dict(found["values"]) if found["day"] == today else None


def _make_plain(values: pd.Series) -> dict[str, float | None]:
    return {str(key): None if pd.isna(value) else round(float(value), 9) for key, value in values.items()}
