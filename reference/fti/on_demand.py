"""On-demand features: what can only be computed once the question is there.

The one definition, used on whole training sets and on single requests alike.
"""

import pandas as pd

from problem.contract import FEATURES

STORED_AS = {"aircraft_hours_since_landing": "aircraft_landed_at"}
"""Features that depend on a stored value of another name: an instant is stored, hours are computed when asked."""

NEW_YORK = "America/New_York"


def complete(asked: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """The feature vectors (``FEATURES``) for questions and the stored values found for them, row by row."""
    now, scheduled = pd.DatetimeIndex(asked["asked_at"]), pd.DatetimeIndex(asked["scheduled_at"])
    local = scheduled.tz_convert(NEW_YORK)
    landed = pd.to_datetime(stored["aircraft_landed_at"].to_numpy("float64", na_value=float("nan")), unit="s", utc=True)
    computed = {
        "aircraft_hours_since_landing": (now - landed) / pd.Timedelta(hours=1),
        "origin_departures_2h": stored["origin_departures_2h"].fillna(0).to_numpy(),
        "local_hour": local.hour,
        "weekday": local.dayofweek,
        "month": local.month,
        "minutes_to_departure": (scheduled - now) / pd.Timedelta(minutes=1),
    }
    known = {name: asked[name].to_numpy() for name in ("distance", "carrier", "origin", "dest")}
    columns = {name: stored[name].to_numpy() for name in stored} | computed | known
    return pd.DataFrame({name: columns[name] for name in FEATURES}, index=asked.index)
