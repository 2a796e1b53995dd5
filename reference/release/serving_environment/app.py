"""The service: a model file, the on-demand features, a runtime."""

from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI

from parts.flight_service import app as flight_service
from parts.flight_service.app import CannotServe, Flight, Row, read_stored
from reference.release.serving_environment.on_demand import make_on_demand
from reference.release.serving_environment.runtime import open_model


def create_app(home: Path) -> FastAPI:
    """``POST /predict``, ``GET /health``; raises ``CannotServe``, also for a model that wants what is not made here."""
    model = open_model(home)
    if missing := sorted(set(model.wants) - list_made(home)):
        raise CannotServe(f"the model wants {', '.join(missing)}, which this service does not make: ship both anew")

    def score(row: Row) -> float:
        return model.score(row | make_on_demand(row["asked_at"], row["scheduled_at"]))

    return flight_service.create_app(home, score)


def list_made(home: Path) -> set[str]:
    """The names of all that this service can hand to a model."""
    stored = next(iter(read_stored(home).values()), {})
    now = datetime.now(UTC)
    return {*Flight.model_fields, *stored, *make_on_demand(now, now)}
