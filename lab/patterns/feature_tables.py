"""Stored features in SQLite, one table an entity, as a feature store keeps them; a flight's are read in one query."""

import sqlite3
from pathlib import Path

import pandas as pd

from problem.asked_again import LEAD, Row, UnknownFlight
from problem.contract import CATEGORIES, REQUEST_TIME, STORED

ENTITIES = {
    "airport": (["origin"], ["origin_dep_delay_2h", "origin_departures_2h"]),
    "carrier_airport": (["carrier", "origin"], ["carrier_origin_arr_delay_24h"]),
    "route": (["origin", "dest"], ["route_arr_delay_28d", "route_late_rate_28d"]),
    "aircraft": (["tailnum"], [name for name in STORED if name.startswith("aircraft_")]),
    "weather": (["origin"], ["temp", "wind_speed", "precip", "visib", "pressure"]),
}
"""By table, its key and its features."""
OF_FLIGHT = [*CATEGORIES, *(name for name in REQUEST_TIME if name != LEAD)]


class FeatureTables:
    """What the store holds after one refresh. ``rows``: a vector a flight, with flight_id and tailnum."""

    def __init__(self, file: Path, rows: pd.DataFrame) -> None:
        self._store = sqlite3.connect(file)
        self._store.row_factory = sqlite3.Row
        self._write("flight", ["flight_id"], rows[["flight_id", "tailnum", *OF_FLIGHT]])
        for table, (key, names) in ENTITIES.items():
            self._write(table, key, rows[[*key, *names]])
        joined = " ".join(f"LEFT JOIN {table} USING ({', '.join(key)})" for table, (key, _) in ENTITIES.items())
        wanted = ", ".join([*OF_FLIGHT, *(name for _, names in ENTITIES.values() for name in names)])
        self._query = f"SELECT {wanted} FROM flight {joined} WHERE flight_id = ?"

    def fetch(self, flight_id: int) -> Row:
        """See ``problem.asked_again.Stored``."""
        found = self._store.execute(self._query, (flight_id,)).fetchone()
        if found is None:
            raise UnknownFlight(f"nothing is stored of flight {flight_id}")
        return dict(found)

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def _write(self, table: str, key: list[str], rows: pd.DataFrame) -> None:
        held = rows.drop_duplicates(key).dropna(subset=key).astype(object)
        self._store.execute(f"CREATE TABLE {table} ({', '.join(held)})")
        # Not by pandas' to_sql: it replaces the process's converters of times, and Feast then cannot read its store.
        values = held.where(held.notna(), None).itertuples(index=False, name=None)
        self._store.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * held.shape[1])})", values)
        self._store.execute(f"CREATE UNIQUE INDEX key_of_{table} ON {table} ({', '.join(key)})")
