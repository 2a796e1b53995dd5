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
EPOCH, SECOND = pd.Timestamp(0, tz="UTC"), pd.Timedelta(seconds=1)


def complete(asked: Columns, stored: Columns) -> dict[str, Any]:
    """The feature vectors (``FEATURES``) for questions and the stored values found for them, column by column.

    Columns are Series or lists of one length, one row a question; a single request is single values.
    """
    now, scheduled = _as_instants(asked["asked_at"]), _as_instants(asked["scheduled_at"])
    local = scheduled.tz_convert(NEW_YORK)
    seconds = (now - EPOCH) / SECOND
    computed = {
        "aircraft_hours_since_landing": (seconds - np.asarray(stored["aircraft_landed_at"], dtype=float)) / 3600,
        "origin_departures_2h": np.fmax(np.asarray(stored["origin_departures_2h"], dtype=float), 0),
        "local_hour": local.hour,
        "weekday": local.dayofweek,
        "minutes_to_departure": (scheduled - now) / pd.Timedelta(minutes=1),
    }
    given = {name: asked[name] for name in ("distance", "carrier", "origin", "dest")}
    columns = {**stored, **computed, **given}
    return {name: columns[name] for name in FEATURES}


def _as_instants(asked: Any) -> Any:
    """One instant, or many as an index: both know the same arithmetic."""
    return asked if isinstance(asked, pd.Timestamp) else pd.DatetimeIndex(asked)
