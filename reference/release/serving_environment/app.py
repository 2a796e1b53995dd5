"""The service: a model file, the on-demand features, a runtime."""

from pathlib import Path

from fastapi import FastAPI

from parts.flight_service import app as flight_service
from parts.flight_service.app import Row
from reference.release.serving_environment.on_demand import make_on_demand
from reference.release.serving_environment.runtime import open_model


def create_app(home: Path) -> FastAPI:
    """``POST /predict``, ``GET /health``; raises ``CannotServe``."""
    model = open_model(home)

    def score(row: Row) -> float:
        return model(row | make_on_demand(row["asked_at"], row["scheduled_at"]))

    return flight_service.create_app(home, score)
