"""Online half: a service that keeps its own running state from the event stream.

Written by the platform team, who read the feature specification and never saw the warehouse. Every event updates a few
windows in memory; a request reads them. Restarted, the service reads the retained stream again.
"""

from collections import defaultdict, deque
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import joblib
import pandas as pd
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel

from problem.contract import FEATURES, TARGETS
from problem.world import Departure, Event, Landing, Observation

NEW_YORK = ZoneInfo("America/New_York")


class Flight(BaseModel):
    """A request: the flight and the instant it is asked at. ``distance`` in miles."""

    flight_id: int
    asked_at: AwareDatetime
    scheduled_at: AwareDatetime
    carrier: str
    origin: str
    dest: str
    tailnum: str | None = None
    distance: int


class AskedTooEarly(ValueError):
    """A request for an instant before the newest event: the state has moved on and cannot answer for it."""


class Window:
    """A running sum over the last ``length``; a value leaves when it is ``length`` old."""

    def __init__(self, length: timedelta) -> None:
        self.length = length
        self.values: deque[tuple[datetime, float]] = deque()
        self.total = 0.0

    def add(self, at: datetime, value: float) -> None:
        """Take in one value and let go of those too old by now; values come in the order of time."""
        self.values.append((at, value))
        self.total += value
        while self.values[0][0] <= at - self.length:
            self.total -= self.values.popleft()[1]

    def sum_and_count(self, now: datetime) -> tuple[float, int]:
        """Sum and number of the values in the window that ends now; a request lets nothing go for good."""
        since = now - self.length
        gone = [value for _, value in takewhile(lambda entry: entry[0] <= since, self.values)]
        return self.total - sum(gone), len(self.values) - len(gone)

    def mean(self, now: datetime) -> float | None:
        """The mean over the window that ends now, None if nothing is in it."""
        total, count = self.sum_and_count(now)
        return total / count if count else None


def _windows(length: timedelta) -> "defaultdict[Any, Window]":
    return defaultdict(lambda: Window(length))


class State:
    """Everything the service remembers of the stream."""

    def __init__(self, planes: pd.DataFrame) -> None:
        self.departures = _windows(timedelta(hours=2))
        self.carrier = _windows(timedelta(hours=24))
        self.route = _windows(timedelta(days=28))
        self.route_late = _windows(timedelta(days=28))
        self.last_landing: dict[str, Landing] = {}
        self.weather: dict[str, Observation] = {}
        self.planes = {plane.tailnum: plane for plane in planes.itertuples()}
        self.clock = datetime.min.replace(tzinfo=UTC)

    def observe(self, event: Event) -> None:
        """Take in one event; events come in the order in which they became known."""
        self.clock = event.known_at
        match event:
            case Departure():
                self.departures[event.origin].add(event.known_at, event.dep_delay)
            case Landing():
                self._landed(event)
            case Observation():
                self.weather[event.origin] = event

    def _landed(self, event: Landing) -> None:
        self.carrier[event.carrier, event.origin].add(event.known_at, event.arr_delay)
        self.route[event.origin, event.dest].add(event.known_at, event.arr_delay)
        self.route_late[event.origin, event.dest].add(event.known_at, float(event.arr_delay >= 15))
        last = self.last_landing.get(event.tailnum) if event.tailnum else None
        if event.tailnum and (last is None or (last.known_at, last.flight_id) < (event.known_at, event.flight_id)):
            self.last_landing[event.tailnum] = event

    def features(self, flight: Any) -> dict[str, Any]:
        """The feature vector for one request, under the names of the specification; raises ``AskedTooEarly``."""
        if flight.asked_at < self.clock:
            raise AskedTooEarly(f"asked_at lies before the newest event, which was known at {self.clock.isoformat()}")
        now, origin = flight.asked_at, flight.origin
        route = (origin, flight.dest)
        return {
            "origin_dep_delay_2h": self.departures[origin].mean(now),
            "origin_departures_2h": self.departures[origin].sum_and_count(now)[1],
            "carrier_origin_arr_delay_24h": self.carrier[flight.carrier, origin].mean(now),
            "route_arr_delay_28d": self.route[route].mean(now),
            "route_late_rate_28d": self.route_late[route].mean(now),
            **self._aircraft(flight.tailnum, now),
            **self._weather(origin, now),
            **request_features(flight),
        }

    def _aircraft(self, tailnum: str | None, now: datetime) -> dict[str, Any]:
        last = self.last_landing.get(tailnum) if tailnum else None
        plane = self.planes.get(tailnum)
        return {
            "aircraft_last_arr_delay": last.arr_delay if last else None,
            "aircraft_hours_since_landing": (now - last.known_at).total_seconds() / 3600 if last else None,
            "aircraft_age": 2013 - plane.built if plane else None,
            "aircraft_seats": plane.seats if plane else None,
        }

    def _weather(self, origin: str, now: datetime) -> dict[str, Any]:
        seen = self.weather.get(origin)
        fresh = seen is not None and now - seen.known_at <= timedelta(hours=6)
        return {name: getattr(seen, name) if fresh else None for name in Observation._fields[2:]}


def request_features(flight: Any) -> dict[str, Any]:
    """The features that need nothing but the request."""
    local = flight.scheduled_at.astimezone(NEW_YORK)
    return {
        "local_hour": local.hour,
        "weekday": local.weekday(),
        "distance": flight.distance,
        "minutes_to_departure": (flight.scheduled_at - flight.asked_at).total_seconds() / 60,
        "carrier": flight.carrier,
        "origin": flight.origin,
        "dest": flight.dest,
    }


def load_models(home: Path) -> dict[str, Any]:
    """The models and versions that the offline half has left under ``home``, by target."""
    return {target: joblib.load(home / f"{target}.joblib") for target in TARGETS}


def predict(vectors: pd.DataFrame, models: dict[str, Any]) -> pd.DataFrame:
    """The vectors with both models' predictions and versions."""
    late, delay = models["late"], models["delay"]
    return vectors.assign(
        prediction=late["model"].predict_proba(vectors[list(FEATURES)])[:, 1],
        model_version=late["version"],
        prediction_delay=delay["model"].predict(vectors[list(FEATURES)]),
        model_version_delay=delay["version"],
    )


def create_app(state: State, home: Path) -> FastAPI:
    """The service: ``POST /predict`` with a flight gives the vector, both predictions and the model versions.

    A request that lies before the newest event is refused with status 409.
    """
    app, models = FastAPI(title="Will this flight be late?"), load_models(home)

    @app.exception_handler(AskedTooEarly)
    async def refuse(_: Request, error: AskedTooEarly) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, status_code=409)

    @app.post("/predict")
    async def answer(flight: Flight) -> dict[str, Any]:
        row = predict(pd.DataFrame([state.features(flight)], columns=list(FEATURES)), models)
        return row.astype(object).where(row.notna(), None).to_dict("records")[0]

    return app
