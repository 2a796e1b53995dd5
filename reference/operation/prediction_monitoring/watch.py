"""The metrics of a day, each beside the limit that it has to keep.

Limits are metrics, too: rules do not change when limits are set anew, and a dashboard shows both. A day is held against
the week before it, so that a season is no alarm; what comes so slowly that no day differs from its week is not seen.
"""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Gauge

from problem.watched import ANSWERED, Rows
from reference.operation.prediction_monitoring.limits import NAMES, QuietMonth
from reference.operation.prediction_monitoring.shares import count_nulls, measure_distances

OF_FEATURES = {
    "distance": "How far a feature is from the week before, 0 to 1",
    "null_share": "Share of the requests in which a feature is null",
}
LIMITED = {
    "answer_distance": "How far the answers are from those of the week before, 0 to 1",
    "age_minutes": "Age of the oldest stored features that were used",
    "excess_loss": "Nats an answer by which the model loses against rates by hour, where outcomes are known",
}
ABOUT = {
    "answers": "Requests that were answered",
    "unusable_share": "Share of the answers that are no probability",
    "outcomes_known_share": "Share of the answers of which it is known what came of it",
    "limits_set_timestamp_seconds": "The last day of the month from which the limits come",
}


class Watch:
    """See ``problem.watched``."""

    def __init__(self, quiet: Rows) -> None:
        self.registry = CollectorRegistry()
        self._gauges = {
            name: Gauge(f"monitoring_{name}", said, labels, registry=self.registry)
            for abouts, labels in ((OF_FEATURES, ["of"]), (LIMITED, []))
            for about, told in abouts.items()
            for name, said in ((about, told), (f"{about}_limit", f"Limit: {told}"))
        }
        self._gauges |= {name: Gauge(f"monitoring_{name}", of, registry=self.registry) for name, of in ABOUT.items()}
        self.renew(quiet)

    def renew(self, quiet: Rows) -> None:
        """See the contract. Raises ``ValueError`` as ``QuietMonth`` does, and then keeps the limits it has."""
        self._month = month = QuietMonth(quiet)
        self._set_features("distance_limit", month.distances)
        self._set_features("null_share_limit", month.nulls)
        limits = {"answer_distance": month.answers, "age_minutes": month.age, "excess_loss": month.excess}
        self._set({f"{name}_limit": limit for name, limit in limits.items()})
        self._set({"limits_set_timestamp_seconds": month.last_day.timestamp()})

    def look(self, day: Rows, week: Rows) -> None:
        """See the contract; what cannot be told of no rows is NaN."""
        answered, before = (rows[rows["status"] == ANSWERED] for rows in (day, week))
        distances = measure_distances(answered, before, [*NAMES, "risk"])
        self._set(
            {
                "answer_distance": distances.pop("risk"),
                "age_minutes": answered["age"].max(),
                "excess_loss": self._month.measure_excess(answered),
                "answers": len(answered),
                "unusable_share": (~answered["risk"].between(0, 1)).mean(),
                "outcomes_known_share": answered["late"].notna().mean(),
            }
        )
        self._set_features("distance", distances)
        self._set_features("null_share", count_nulls(answered, NAMES))

    def _set(self, values: Mapping[str, float]) -> None:
        for name, value in values.items():
            self._gauges[name].set(value)

    def _set_features(self, name: str, values: Mapping[str, float]) -> None:
        for feature, value in values.items():
            self._gauges[name].labels(feature).set(value)
