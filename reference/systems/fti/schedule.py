"""When the feature pipeline refreshes a view, as plain arithmetic on instants."""

import pandas as pd

NEW_YORK = "America/New_York"
DAILY = "daily"
"""Once a day at New York midnight; every other schedule is a pandas frequency such as ``15min``, counted in UTC."""


def next_refresh(instants: pd.DatetimeIndex, every: str) -> pd.DatetimeIndex:
    """For each instant, the first scheduled refresh at or after it."""
    if every != DAILY:
        return instants.ceil(every)
    return _at_midnight(_local(instants).ceil("D"))


def last_refresh(instants: pd.DatetimeIndex, every: str) -> pd.DatetimeIndex:
    """For each instant, the last scheduled refresh at or before it."""
    if every != DAILY:
        return instants.floor(every)
    return _at_midnight(_local(instants).floor("D"))


def _local(instants: pd.DatetimeIndex) -> pd.DatetimeIndex:
    return instants.tz_convert(NEW_YORK).tz_localize(None)


def _at_midnight(days: pd.DatetimeIndex) -> pd.DatetimeIndex:
    return days.tz_localize(NEW_YORK).tz_convert("UTC")
