"""A system that is handed down: what three sources deliver each day, and the door through which it comes in.

All sides are handed the same deliveries; what differs is what they know of them.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

import pandas as pd

COLUMNS = {
    "schedule": ("flight_id", "origin", "dest", "distance"),
    "weather": ("origin", "temp", "dewp", "humid", "wind_speed", "visib", "pressure"),
    "landings": ("flight_id", "arr_delay", "arr_time", "sched_arr_time"),
}
"""The sources, and what each delivers; ``humid`` in per cent, the clocks of the destination as HHMM."""
PLACES = ("faa", "lat", "lon")
"""Columns of the table of airports, in degrees."""
RANGE, DECLARED, CROSS = "range", "declared unit", "cross-check"
"""What a complaint can come from."""


class BadDelivery(ValueError):
    """A delivery that cannot be read; one line that says what is missing."""


class Delivery(NamedTuple):
    """What a ``source`` delivers on one day; ``units``: of its columns, as the source itself declares them."""

    source: str
    units: Mapping[str, str]
    rows: pd.DataFrame


class Complaint(NamedTuple):
    """What a check has against a column, and what it says to whoever reads it next morning."""

    check: str
    column: str
    said: str


class Taken(NamedTuple):
    """The rows as the features are made of them, and what there is to complain of."""

    rows: pd.DataFrame
    complaints: list[Complaint]


class Intake(Protocol):
    """The door of every side."""

    def __init__(self, places: pd.DataFrame) -> None:
        """``places``: the airports (``PLACES``)."""

    def take(self, delivery: Delivery) -> Taken:
        """Let a delivery in; raises ``BadDelivery`` for one that lacks columns. Nulls are let in as they are."""


def demand_columns(delivery: Delivery) -> None:
    """Raises ``BadDelivery`` for an unknown source, and for columns that are not there."""
    if delivery.source not in COLUMNS:
        raise BadDelivery(f"no source is called {delivery.source!r}; there are: {', '.join(COLUMNS)}")
    if missing := [name for name in COLUMNS[delivery.source] if name not in delivery.rows]:
        raise BadDelivery(f"{delivery.source} came without {', '.join(missing)}")


def read_deliveries(folder: Path) -> list[Delivery]:
    """What lies in a folder: a table for each source, and ``units.json``. Raises ``BadDelivery``."""
    try:
        units = json.loads((folder / "units.json").read_text())
        rows = {source: pd.read_csv(folder / f"{source}.csv") for source in COLUMNS}
    except (OSError, ValueError) as error:
        raise BadDelivery(f"{folder} cannot be read: {error}") from error
    return [Delivery(source, units.get(source, {}), of) for source, of in rows.items()]


def write_deliveries(folder: Path, deliveries: list[Delivery]) -> None:
    """The same the other way round."""
    folder.mkdir(parents=True, exist_ok=True)
    for source, _, rows in deliveries:
        rows.to_csv(folder / f"{source}.csv", index=False)
    (folder / "units.json").write_text(json.dumps({each.source: dict(each.units) for each in deliveries}))
