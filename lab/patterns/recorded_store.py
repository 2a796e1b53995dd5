"""Stored features as a job refreshes them every quarter of an hour, table by table, and a store that hands them out."""

import sqlite3

import pandas as pd

from lab.patterns.asked_flights import USUAL
from lab.patterns.recorded_replay import Fetched, Question
from problem.contract import STORED
from problem.facts import Facts
from reference.systems.modular_monolith import features as definitions

JOBS = {
    "airport": [definitions.origin_departures],
    "carrier_airport": [definitions.carrier_landings],
    "route": [definitions.route_landings],
    "aircraft": [definitions.last_landing, definitions.aircraft],
    "weather": [definitions.latest_weather],
}
"""By stored table, what makes its features."""
SECOND = pd.Timedelta(seconds=1)


def refresh_table(table: str, facts: Facts, asked: pd.DataFrame) -> pd.DataFrame:
    """The features of a table for each question, as its last refresh before it made them."""
    refreshed = asked.assign(asked_at=asked["asked_at"].dt.floor(f"{USUAL}min"))
    return pd.concat([job(facts, refreshed) for job in JOBS[table]], axis=1)


def refresh_all(facts: Facts, asked: pd.DataFrame) -> pd.DataFrame:
    """The same for all tables, with flight_id: ``STORED``."""
    return asked[["flight_id"]].join([refresh_table(table, facts, asked) for table in JOBS])


def find_refreshed(asked: pd.DataFrame) -> pd.DataFrame:
    """When each table was refreshed last before each question (Unix time), while all is well."""
    last = (asked["asked_at"].dt.floor(f"{USUAL}min") - pd.Timestamp(0, tz="UTC")) / SECOND
    return pd.DataFrame({table: last for table in JOBS})


class Store:
    """Stored features in SQLite, as each flight's question finds them.

    ``stored``: of ``refresh_all``; ``refreshed``: of ``find_refreshed``; a row a question, in one order.
    """

    def __init__(self, stored: pd.DataFrame, refreshed: pd.DataFrame) -> None:
        self._store = sqlite3.connect(":memory:")
        held = stored[["flight_id", *STORED]].astype(object).join(refreshed)
        self._store.execute(f"CREATE TABLE stored (flight_id INTEGER PRIMARY KEY, {', '.join([*held][1:])})")
        rows = held.where(held.notna(), None).itertuples(index=False, name=None)
        self._store.executemany(f"INSERT INTO stored VALUES ({', '.join('?' * held.shape[1])})", rows)

    def fetch(self, question: Question) -> Fetched:
        """What there is of the flight."""
        found = self._store.execute("SELECT * FROM stored WHERE flight_id = ?", (question.flight_id,)).fetchone()
        features = dict(zip(STORED, found[1 : len(STORED) + 1], strict=True))
        return Fetched(features, dict(zip(JOBS, found[len(STORED) + 1 :], strict=True)))
