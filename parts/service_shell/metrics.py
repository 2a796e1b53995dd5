"""What the service tells Prometheus: latency by part, requests by status, ages of features, models in force."""

from collections.abc import Mapping
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values

PARTS = ("stored", "on_demand", "models", "rest")
"""Where an answer's time goes: fetching stored features, making the others, both models, and all else here."""
BUCKETS = (0.00025, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.125, 0.25, 0.5, 1.0)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """The metrics of one service, in a registry of its own."""

    def __init__(self) -> None:
        values.ValueClass = values.MutexValue  # Feast, once imported, has all metrics of a process share files by name
        self._registry = own = CollectorRegistry()
        about = "Seconds in each part of an answer"
        self.seconds = Histogram("answer_seconds", about, ["part"], buckets=BUCKETS, registry=own)
        self.requests = Counter("requests", "Requests to /predict by status", ["status"], registry=own)
        self.degraded = Counter("degraded_answers", "Answers made from nulls", registry=own)
        self.lost = Counter("answers_not_logged", "Answers that could not be written to the log", registry=own)
        self.rejected = Counter("champions_rejected", "New champions that could not be loaded", registry=own)
        self.age = Gauge("feature_age_minutes", "Age of a stored feature in the last answer", ["feature"], registry=own)
        self._age_of = cache(self.age.labels)  # to find one by name takes longer than to set it
        self.champion = Gauge("champion_info", "1 for the models in force", ["versions"], registry=own)
        self._in_force = ""

    def took(self, seconds: Mapping[str, float]) -> None:
        """Note how long each part (``PARTS``) of an answer took."""
        for part, value in seconds.items():
            self.seconds.labels(part).observe(value)

    def aged(self, ages: Mapping[str, float | None]) -> None:
        """Note the ages (minutes) of one answer's stored features; NaN where there was none."""
        for feature, minutes in ages.items():
            self._age_of(feature).set(float("nan") if minutes is None else minutes)

    def in_force(self, versions: str) -> None:
        """Note which models answer; those before them are 0 from now on."""
        if self._in_force:
            self.champion.labels(self._in_force).set(0)
        self._in_force = versions
        self.champion.labels(versions).set(1)

    def text(self) -> bytes:
        """Everything, in Prometheus's text format."""
        return generate_latest(self._registry)
