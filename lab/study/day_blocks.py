"""What the bootstrap needs to know of a question: the outcome, and its block, a New York day."""

import pandas as pd

from problem.facts import load_facts
from problem.questions import NEW_YORK


def find_days(asked_at: pd.Series) -> pd.Series:
    """The New York day of each instant, as text: the block of the bootstrap."""
    days = asked_at.dt.tz_convert(NEW_YORK).dt.normalize()
    return days.map({day: f"{day:%Y-%m-%d}" for day in days.unique()})  # text once a day: strftime by row is slow


def add_outcomes(table: pd.DataFrame) -> pd.DataFrame:
    """The questions with two more columns: whether the flight was ``late``, and the ``day`` of the bootstrap."""
    late = load_facts().outcomes.set_index("flight_id")["late"]
    return table.assign(late=table["flight_id"].map(late), day=find_days(table["asked_at"]))
