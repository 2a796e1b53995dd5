"""The mean answer of the day, in a band around that of the launch month.

The service went live in April, and a blog had a rule that everybody could read: ring when the mean prediction moves by
more than 5 %. It took an afternoon, and the dashboard was green. In the second week it rang, somebody looked, and it
was the weather. It has rung ever since, into a channel that is muted.
"""

from prometheus_client import CollectorRegistry, Gauge

from problem.watched import Rows


class Watch:
    """See ``problem.watched``."""

    def __init__(self, quiet: Rows) -> None:
        self.registry = CollectorRegistry()
        about = "Mean risk that was answered"
        self._mean = Gauge("band_mean_risk", f"{about} on the day", registry=self.registry)
        Gauge("band_mean_risk_at_launch", f"{about} in the month of the launch", registry=self.registry).set(
            quiet["risk"].mean()
        )

    def renew(self, quiet: Rows) -> None:
        """Nobody has this on a list: the band stays where it is."""

    def look(self, day: Rows, week: Rows) -> None:
        """See the contract."""
        self._mean.set(day["risk"].mean())
