"""Who is asked about, and when: the two ways to ask, and the split of the year."""

import pandas as pd

from problem.facts import Facts

NEW_YORK = "America/New_York"
CUT_OFF = pd.Timestamp("2013-10-01", tz=NEW_YORK).tz_convert("UTC")
"""Train on what is known here; serve the flights scheduled from here on."""
NOTICE = pd.Timedelta(minutes=60)
NIGHTLY_HOUR = pd.Timedelta(hours=22)
REQUEST = ["flight_id", "scheduled_at", "carrier", "origin", "dest", "tailnum", "distance"]
"""What a caller sends along with the question."""


def questions(facts: Facts, mode: str) -> pd.DataFrame:
    """One question per flight, ordered by ``asked_at``: columns asked_at, mode (batch or real_time) and ``REQUEST``."""
    scheduled = facts.flights["scheduled_at"]
    asked_at = _evening_before(scheduled) if mode == "batch" else scheduled - NOTICE
    asked = facts.flights[REQUEST].assign(asked_at=asked_at, mode=mode)
    return asked.sort_values(["asked_at", "flight_id"], ignore_index=True)


def _evening_before(scheduled: pd.Series) -> pd.Series:
    local_day = scheduled.dt.tz_convert(NEW_YORK).dt.tz_localize(None).dt.normalize()
    evening = local_day - pd.Timedelta(days=1) + NIGHTLY_HOUR
    return evening.dt.tz_localize(NEW_YORK).dt.tz_convert("UTC")


def scheduled_between(asked: pd.DataFrame, start: pd.Timestamp | None, end: pd.Timestamp | None) -> pd.DataFrame:
    """The questions about flights with ``start <= scheduled_at < end``; None leaves an end open."""
    keep = pd.Series(True, index=asked.index)
    if start is not None:
        keep &= asked["scheduled_at"] >= start
    if end is not None:
        keep &= asked["scheduled_at"] < end
    return asked[keep].reset_index(drop=True)
