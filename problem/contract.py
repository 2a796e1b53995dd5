"""The contract every system meets: names of features, the rows that pass the door, and the door itself."""

from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

import pandas as pd

from problem.facts import Facts
from problem.world import World

Mode = Literal["batch", "real_time"]
Target = Literal["late", "delay", "cancelled", "rebooking_seats"]

TARGETS: tuple[Target, ...] = ("late", "delay")
"""The models that answer. The two others are fitted where the price of one more model is measured."""
STORED = (
    "origin_dep_delay_2h",
    "origin_departures_2h",
    "carrier_origin_arr_delay_24h",
    "route_arr_delay_28d",
    "route_late_rate_28d",
    "aircraft_last_arr_delay",
    "aircraft_hours_since_landing",
    "temp",
    "wind_speed",
    "precip",
    "visib",
    "pressure",
    "aircraft_age",
    "aircraft_seats",
)
REQUEST_TIME = ("local_hour", "weekday", "distance", "minutes_to_departure")
CATEGORIES = ("carrier", "origin", "dest")
FEATURES = (*STORED, *REQUEST_TIME, *CATEGORIES)
KEYS = ("flight_id", "asked_at")
AGES = tuple(f"age_{feature}" for feature in STORED)
VECTOR = (*KEYS, "mode", *FEATURES, *AGES)
"""One logged vector: what the model really got, and the age in minutes of each stored feature at ``asked_at``."""
LOG = (*VECTOR, "prediction", "model_version", "prediction_delay", "model_version_delay")
"""One logged answer. ``prediction`` is the probability of ``late``; ``prediction_delay`` is minutes."""


class Request(NamedTuple):
    """One question: is this flight going to be late, asked at ``asked_at``? ``distance`` in miles."""

    flight_id: int
    asked_at: pd.Timestamp
    mode: Mode
    scheduled_at: pd.Timestamp
    carrier: str
    origin: str
    dest: str
    tailnum: str | None
    distance: int


Vector = dict[str, Any]
"""One row with the columns ``VECTOR``."""


def requests(asked: pd.DataFrame) -> list[Request]:
    """The rows of a question frame as requests, in order."""
    columns = [asked[name].tolist() for name in Request._fields]
    return [Request(*row) for row in zip(*columns, strict=True)]


class System(Protocol):
    """The door. Everything an installation keeps lives under ``home``; an object is one run of it, in one world.

    ``asked`` frames hold one question a row, with the fields of ``Request``; vectors come back one per question, in
    the order asked.
    """

    name: str
    modes: tuple[Mode, ...]

    def __init__(self, home: Path) -> None: ...

    def wake(self, world: World) -> None:
        """The clock moved: run the jobs that are due, or take in what happened since the last call."""

    def training_features(self, warehouse: Facts, asked: pd.DataFrame) -> pd.DataFrame:
        """The feature table (``KEYS`` and ``FEATURES``) that training would see for these questions."""

    def train(self, warehouse: Facts, asked: pd.DataFrame, target: Target) -> pd.DataFrame:
        """Fit and keep a model for ``target`` on the questions whose outcome is known; return its training table.

        The table holds ``KEYS``, ``FEATURES`` and ``label``. All questions are of one mode.
        """

    def look_up(self, world: World, asked: list[Request]) -> list[Vector]:
        """The vectors the models get for these questions now: one mode, every ``asked_at`` is ``world.now``."""

    def predict(self, vectors: pd.DataFrame) -> pd.DataFrame:
        """The finished log rows (``LOG``): the vectors with both models' predictions and versions."""
