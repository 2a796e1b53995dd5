"""From a request to an answer, whichever system is behind it: the same checks, the same log, the same clocks."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from parts.service_shell.answer_log import AnswerLog
from parts.service_shell.flight import Flight
from parts.service_shell.metrics import Metrics
from parts.service_shell.predictor import Champion, Look, Predictor
from problem.contract import AGES, FEATURES

OLDEST = timedelta(days=31)
"""The service answers from no features older than this."""
AHEAD = timedelta(days=366)
"""Nobody schedules a flight further ahead."""
YEARS = range(1990, 2200)


class Refused(Exception):
    """A request that is well formed and cannot be answered: it lies before, or far after, what the service knows."""


@dataclass
class PredictionService:
    """Takes requests, one after the other."""

    predictor: Predictor
    log: AnswerLog
    metrics: Metrics

    def answer(self, flight: Flight) -> dict[str, Any]:
        """The answer as JSON has it (``flight.Answer``); raises ``Refused`` or ``NotAnswered``."""
        began = perf_counter()
        self._check(flight)
        champion = self.predictor.champion()
        asking = perf_counter()
        look = self.predictor.look_up(flight.request())
        looked = perf_counter()
        scores = champion.late(look.vector), champion.delay(look.vector)
        scored = perf_counter()
        row = _make_row(look, champion, scores)
        self.log.write(row)
        ages = {name.removeprefix("age_"): row[name] for name in AGES}
        self.metrics.aged(ages)
        if look.degraded:
            self.metrics.degraded.inc()
        seconds = {"stored": look.fetched, "on_demand": looked - asking - look.fetched, "models": scored - looked}
        self.metrics.took(seconds | {"rest": perf_counter() - began - sum(seconds.values())})
        said = {name: value for name, value in row.items() if name not in (*FEATURES, *AGES, "mode")}
        return said | {"features": {name: row[name] for name in FEATURES}, "ages": ages}

    def _check(self, flight: Flight) -> None:
        """Refuse what lies in the past, or too far in the future; by plain instants, that any year can be told."""
        if {flight.asked_at.year, flight.scheduled_at.year} - {*YEARS}:
            raise Refused(f"asked_at and scheduled_at must lie in the years {YEARS[0]} to {YEARS[-1]}")
        newest = self.predictor.newest()
        if flight.asked_at < newest:
            raise Refused(f"asked_at lies in the past: the features know the world up to {newest.isoformat()}")
        if flight.asked_at > newest + OLDEST:
            raise Refused(f"the features are older than {OLDEST.days} days: last refreshed at {newest.isoformat()}")
        if not flight.asked_at < flight.scheduled_at <= flight.asked_at + AHEAD:
            raise Refused(f"scheduled_at must lie after asked_at, by {AHEAD.days} days at the most")


def _make_row(look: Look, champion: Champion, scores: tuple[float, float]) -> dict[str, Any]:
    """The line for the log (``LOG``), as JSON can hold it."""
    late, delay = scores
    return {name: _make_plain(value) for name, value in look.vector.items()} | {
        "prediction": late,
        "model_version": champion.late_version,
        "prediction_delay": delay,
        "model_version_delay": champion.delay_version,
        "degraded": look.degraded or None,
    }


def _make_plain(value: Any) -> Any:
    """A value of a vector as JSON has it: instants as text, NaN as None."""
    if isinstance(value, datetime):
        return value.isoformat()
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value
