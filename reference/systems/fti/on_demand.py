"""On-demand features: what can only be computed once the question is there.

The one definition, used on whole training sets and on single requests alike.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from problem.contract import FEATURES

Columns = Mapping[str, Any]

STORED_AS = {"aircraft_hours_since_landing": "aircraft_landed_at"}
"""Features that depend on a stored value of another name: an instant is stored, hours are computed when asked."""

NEW_YORK = "America/New_York"


def complete(asked: Columns, stored: Columns) -> dict[str, Any]:
    """The feature vectors (``FEATURES``) for questions and the stored values found for them, column by column.

    Columns are Series or lists of one length, one row a question; a single request is a table of one row.
    """
    now, scheduled = pd.DatetimeIndex(asked["asked_at"]), pd.DatetimeIndex(asked["scheduled_at"])
    local = scheduled.tz_convert(NEW_YORK)
    landed = pd.to_datetime(np.asarray(stored["aircraft_landed_at"], dtype=float), unit="s", utc=True)
    computed = {
        "aircraft_hours_since_landing": (now - landed) / pd.Timedelta(hours=1),
        "origin_departures_2h": np.nan_to_num(np.asarray(stored["origin_departures_2h"], dtype=float)),
        "local_hour": local.hour,
        "weekday": local.dayofweek,
        "minutes_to_departure": (scheduled - now) / pd.Timedelta(minutes=1),
    }
    given = {name: asked[name] for name in ("distance", "carrier", "origin", "dest")}
    columns = {**stored, **computed, **given}
    return {name: columns[name] for name in FEATURES}
