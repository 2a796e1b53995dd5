"""The features that only a question makes known, one question at a time, in plain Python: shared with training."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")


def make_on_demand(asked_at: datetime, scheduled_at: datetime) -> dict[str, Any]:
    """By name, the features of one question."""
    local = scheduled_at.astimezone(NEW_YORK)
    return {
        "local_hour": local.hour,
        "weekday": local.weekday(),
        "minutes_to_departure": (scheduled_at - asked_at).total_seconds() / 60,
    }
