"""The blocks of the bootstrap: New York days."""

import pandas as pd

from problem.questions import NEW_YORK


def find_days(asked_at: pd.Series) -> pd.Series:
    """The New York day of each instant, as text: the block of the bootstrap."""
    days = asked_at.dt.tz_convert(NEW_YORK).dt.normalize()
    return days.map({day: f"{day:%Y-%m-%d}" for day in days.unique()})  # text once a day: strftime by row is slow
