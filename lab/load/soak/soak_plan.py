"""What happens during a soak, and when."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Plan:
    """``rate`` requests a second for ``seconds``; so many champion swaps and kills (``kill -9``) spread over the time.

    The feature pipeline refreshes every ``every`` seconds, and each time goes on by ``step`` from ``start``: the facts
    are of 2013, so their time passes faster than ours.
    """

    seconds: float
    rate: float
    swaps: int
    kills: int
    every: float
    step: pd.Timedelta
    start: pd.Timestamp

    def swapped_at(self) -> list[float]:
        """Seconds from the start at which a new champion is registered."""
        return [self.seconds * (number + 0.5) / self.swaps for number in range(self.swaps)]

    def killed_at(self) -> list[float]:
        """Seconds from the start at which the service is killed."""
        return [self.seconds * (number + 1) / (self.kills + 1) for number in range(self.kills)]


FULL = Plan(1800, 10, 10, 3, 60, pd.Timedelta("15min"), pd.Timestamp("2013-10-01 22:00", tz="UTC"))
"""Half an hour; its seven and a half hours of facts cross New York's midnight, when every view is refreshed."""
SHORT = Plan(24, 10, 2, 1, 4, pd.Timedelta("1h"), pd.Timestamp("2013-10-02 01:00", tz="UTC"))
"""The same in little."""
