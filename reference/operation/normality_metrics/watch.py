"""Shares of requests that nobody took, that failed, and that took too long.

What they may be is an objective, which is agreed and not learned: rules ring when a day uses up three days' worth of
what the objective leaves. What the model says is not looked at.
"""

from prometheus_client import CollectorRegistry, Gauge

from problem.watched import ANSWERED, NO_ANSWER, Rows

SLOW = 0.1
"""Seconds after which an answer comes too late for its caller."""
ABOUT = {
    "requests": "Requests of the day",
    "unanswered_share": "Share of the requests that nobody took",
    "failed_share": "Share of the requests that were taken and failed",
    "slow_share": f"Share of the answers that took more than {SLOW} seconds",
}


class Watch:
    """See ``problem.watched``."""

    def __init__(self, quiet: Rows) -> None:
        self.registry = CollectorRegistry()
        self._gauges = {name: Gauge(f"normality_{name}", said, registry=self.registry) for name, said in ABOUT.items()}

    def renew(self, quiet: Rows) -> None:
        """An objective does not follow what was usual last month."""

    def look(self, day: Rows, week: Rows) -> None:
        """See the contract; shares of nothing are NaN."""
        answered = day["status"] == ANSWERED
        nobody = day["status"] == NO_ANSWER
        self._gauges["requests"].set(len(day))
        self._gauges["unanswered_share"].set(nobody.mean())
        self._gauges["failed_share"].set((~answered & ~nobody).mean())
        self._gauges["slow_share"].set((day.loc[answered, "seconds"] > SLOW).mean())
