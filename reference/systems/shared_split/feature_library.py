"""The feature library: what each feature is, in one version for the offline program and the online service.

Written by both teams together after the calendar had been in UTC on one side and in New York time on the other for a
season. A function gets what a side has found (sums and counts, the last leg, an observation) and gives features under
the names of the specification. Finding it stays with the side that has the data: the rows of a window are picked in the
warehouse by pandas and in the stream by running state, and no function could do both.

For the same reason the functions speak of sums and counts and not of rows. All of them take scalars for one request and
Series for a whole table: plain arithmetic does, but for the two functions at the end, which know the difference.
"""

from datetime import timedelta
from typing import Any

import pandas as pd

VERSION = "1.0"
"""To be raised with every change of a value. A model is served by the version it was trained with, and by no other."""

ORIGIN_WINDOW = timedelta(hours=2)
CARRIER_WINDOW = timedelta(hours=24)
ROUTE_WINDOW = timedelta(days=28)
OBSERVATION_LASTS = timedelta(hours=6)
NEW_YORK = "America/New_York"
WEATHER = ("temp", "wind_speed", "precip", "visib", "pressure")
LATE_FROM = 15  # minutes

Values = Any  # a scalar or a Series of them
Features = dict[str, Values]


class OtherVersion(RuntimeError):
    """A model meets a version of this library that it was not trained with."""


def check_version(model: str, trained_with: str) -> None:
    """Raises ``OtherVersion`` if a model was trained with another version than this one."""
    if trained_with != VERSION:
        raise OtherVersion(
            f"{model} was trained with feature library {trained_with}, this is {VERSION}: "
            f"serve it with {trained_with} or train it again with {VERSION}"
        )


def origin_features(delays: Values, count: Values) -> Features:
    """From the departures from the origin in the window: the sum of their delays in minutes, and their number."""
    return {"origin_dep_delay_2h": _mean(delays, count), "origin_departures_2h": count}


def carrier_features(delays: Values, count: Values) -> Features:
    """From the landings of the carrier's flights from the origin: the sum of their delays, and their number."""
    return {"carrier_origin_arr_delay_24h": _mean(delays, count)}


def route_features(delays: Values, late: Values, count: Values) -> Features:
    """From the landings on the route: the sum of their delays, how many were late (``is_late``), and their number."""
    return {"route_arr_delay_28d": _mean(delays, count), "route_late_rate_28d": _mean(late, count)}


def is_late(arr_delay: Values) -> Values:
    """Whether a landing counts as late."""
    return arr_delay >= LATE_FROM


def last_leg_features(asked_at: Values, arrived_at: Values, arr_delay: Values) -> Features:
    """From the last leg of the aircraft; NaT and NaN where there is none."""
    hours = (asked_at - arrived_at) / timedelta(hours=1)
    return {"aircraft_last_arr_delay": arr_delay, "aircraft_hours_since_landing": hours}


def weather_features(asked_at: Values, observed_at: Values, observation: Any) -> Features:
    """From an observation or a table of them; taken whole, null once it is too old, NaT where there is none."""
    fresh = asked_at - observed_at <= OBSERVATION_LASTS
    return {name: _null_unless(fresh, getattr(observation, name)) for name in WEATHER}


def aircraft_features(built: Values, seats: Values) -> Features:
    """From the table of planes: age in years and seats; NaN where the aircraft is unknown."""
    return {"aircraft_age": 2013 - built, "aircraft_seats": seats}


def request_features(asked: Any) -> Features:
    """From a request or a table of them: hour and weekday of the departure in New York, and the rest."""
    local = _local(asked.scheduled_at)
    return {
        "local_hour": local.hour,
        "weekday": local.dayofweek,
        "minutes_to_departure": (asked.scheduled_at - asked.asked_at) / timedelta(minutes=1),
        **{name: getattr(asked, name) for name in ("distance", "carrier", "origin", "dest")},
    }


def _mean(total: Values, count: Values) -> Values:
    """Null if there is nothing to take the mean of."""
    return total / _null_unless(count > 0, count)


def _null_unless(condition: Values, values: Values) -> Values:
    if isinstance(values, pd.Series):
        return values.where(condition)
    return values if condition else float("nan")


def _local(instants: Values) -> Any:
    """Something with the local ``hour`` and ``dayofweek``: a Timestamp, or the accessor of a Series."""
    if isinstance(instants, pd.Series):
        return instants.dt.tz_convert(NEW_YORK).dt
    return pd.Timestamp(instants).tz_convert(NEW_YORK)
