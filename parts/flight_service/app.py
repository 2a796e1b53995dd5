"""The service over HTTP: a flight comes in, the probability that it is late goes out. It loads no table library."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException
from pydantic import AwareDatetime, BaseModel, ConfigDict

STORED = "stored.json"
"""By flight, the stored features as the feature pipeline left them; null for what is not known."""
Row = dict[str, Any]
"""What is known of one flight when the question comes: the request and its stored features."""


class Flight(BaseModel):
    """The question. ``distance`` in miles."""

    model_config = ConfigDict(extra="forbid")
    flight_id: int
    asked_at: AwareDatetime
    scheduled_at: AwareDatetime
    carrier: str
    origin: str
    dest: str
    distance: int


class Answer(BaseModel):
    """The probability that the flight is late."""

    late: float


class CannotServe(RuntimeError):
    """The model is missing or damaged, or wants what this service does not make: one line that says what to do."""


def create_app(home: Path, score: Callable[[Row], float]) -> FastAPI:
    """``POST /predict`` and ``GET /health``. Raises ``CannotServe`` if the stored features are not there."""
    stored = read_stored(home)
    app = FastAPI(title="Will this flight be late?", version="1")

    @app.post("/predict")
    async def predict(flight: Flight) -> Answer:
        if str(flight.flight_id) not in stored:
            raise HTTPException(404, f"no stored features of flight {flight.flight_id}")
        return Answer(late=score(flight.model_dump() | stored[str(flight.flight_id)]))

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "alive"}

    return app


def read_stored(home: Path) -> Mapping[str, Row]:
    """By flight, its stored features; raises ``CannotServe``."""
    try:
        return dict(json.loads((home / STORED).read_text()))
    except (OSError, ValueError) as error:
        raise CannotServe(f"{home / STORED} cannot be read: run the feature pipeline") from error
