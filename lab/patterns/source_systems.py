"""Six systems of other people: what each delivers when a day has ended, and what it may change one day.

They hold real flights, in their owners' names for columns.
"""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from problem.facts import Facts
from problem.nightly import next_day
from problem.questions import NEW_YORK
from problem.source import read_source

WEEKS = 4
RENAMED, LATE, REFUSED = KINDS = ("a column renamed", "a day late", "a changed credential")
RENAMES = {
    "schedule": ("airline", "carrier_code"),
    "departures": ("gate_delay", "minutes_behind"),
    "landings": ("arrival_gap", "minutes_late"),
    "weather": ("precip_in", "rain_in"),
    "planes": ("seats_total", "seat_count"),
    "airports": ("latitude", "degrees_north"),
}
"""A column of each, and what its owner calls it after the change."""
CREDENTIALS = {
    "schedule": "ops:harbour-31",
    "departures": "dep-7f3a",
    "landings": "lnd-5c91",
    "weather": "wx-204e",
    "planes": "fleet-88ab",
    "airports": "geo-1d07",
}
NEW = "-renewed"
"""What a changed credential ends with."""
Delivery = Mapping[str, pd.DataFrame]
"""What the six hold, by name, columns as their owners call them."""


class Change(NamedTuple):
    """What one source does differently tonight; nothing, without a source. ``arrives``: a late delivery is there so
    many seconds after it was first asked for."""

    source: str = ""
    kind: str = ""
    arrives: float = float("inf")


def make_delivery(facts: Facts, today: str, every: int) -> Delivery:
    """What is there when a day has ended: the last weeks of one flight in ``every``, and tomorrow's schedule."""
    first, tomorrow = next_day(today, 1 - 7 * WEEKS), next_day(today)
    start, end = (pd.Timestamp(day, tz=NEW_YORK).tz_convert("UTC") for day in (first, next_day(tomorrow)))
    flights = facts.flights[facts.flights["flight_id"] % every == 0]
    flights = flights[flights["scheduled_at"].between(start, end, inclusive="left")]
    local = flights["scheduled_at"].dt.tz_convert(NEW_YORK)
    flights = flights.assign(day=local.dt.strftime("%Y-%m-%d"), hour=local.dt.hour)
    known, day = flights[flights["day"] <= today], flights.set_index("flight_id")["day"]
    left, landed = (
        table[table["flight_id"].isin(known["flight_id"])].assign(day=lambda rows: rows["flight_id"].map(day))
        for table in (facts.departures, facts.landings)
    )
    schedule = flights[["flight_id", "day", "hour", "carrier", "origin", "dest", "tailnum", "distance"]]
    return {
        "schedule": schedule.set_axis(["flight_id", "day", "hour", "airline", "from", "to", "tail", "miles"], axis=1),
        "departures": left[["flight_id", "day", "origin", "dep_delay"]].set_axis(
            ["flight_id", "day", "from", "gate_delay"], axis=1
        ),
        "landings": landed[["flight_id", "day", "arr_delay"]].set_axis(["flight_id", "day", "arrival_gap"], axis=1),
        "weather": _make_weather(facts, first, today),
        "planes": _make_registry(facts, flights, today),
        "airports": _make_places(flights),
    }


def _make_weather(facts: Facts, first: str, today: str) -> pd.DataFrame:
    start, end = (pd.Timestamp(day, tz=NEW_YORK).tz_convert("UTC") for day in (first, next_day(today)))
    hours = facts.weather[facts.weather["observed_at"].between(start, end, inclusive="left")]
    local = hours["observed_at"].dt.tz_convert(NEW_YORK)
    hours = hours.assign(day=local.dt.strftime("%Y-%m-%d"), hour=local.dt.hour)
    hours = hours.drop_duplicates(["origin", "day", "hour"])
    hours = hours[["origin", "day", "hour", "temp", "wind_speed", "precip", "visib", "pressure"]]
    units = ["station", "day", "hour", "temp_f", "wind_mph", "precip_in", "visib_mi", "pressure_mb"]
    return hours.set_axis(units, axis=1)


def _make_registry(facts: Facts, flights: pd.DataFrame, today: str) -> pd.DataFrame:
    """Aircraft are entered on the eve of their first flight."""
    seen = flights.groupby("tailnum")["day"].min()
    entered = seen[seen <= next_day(today)].index
    planes = facts.planes[facts.planes["tailnum"].isin(entered)]
    return planes[["tailnum", "built", "seats"]].set_axis(["tail", "built", "seats_total"], axis=1)


def _make_places(flights: pd.DataFrame) -> pd.DataFrame:
    airports = read_source().airports
    places = airports[airports["faa"].isin(flights["dest"])][["faa", "lat", "lon"]]
    return places.set_axis(["faa", "latitude", "longitude"], axis=1)
