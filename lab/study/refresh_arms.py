"""What the arms of the refresh sweep are called, and which questions the arm of the failed night is about."""

import pandas as pd

from problem.questions import NEW_YORK

FRESH, DEPLOYED, NIGHT = "1min", "as deployed", "after a failed night"
"""No two events are less than a minute apart, so a refresh every minute is one after each event."""
FAILED = (22, 10)
"""New York hours between which no refresh ran in the arm of the failed night."""


def select_nights(asked_at: pd.Series) -> pd.Series:
    """Which instants lie in a night or morning without a refresh; bools."""
    hour = asked_at.dt.tz_convert(NEW_YORK).dt.hour
    return (hour >= FAILED[0]) | (hour < FAILED[1])
