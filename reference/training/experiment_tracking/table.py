"""The second rung: a table that the training program fills in itself, so nothing is forgotten.

It knows the lock, and the data by their digest: whoever makes a run again is told when the data are others.
"""

import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from problem.reruns import Recipe, Run, digest_file

SCHEMA = """create table if not exists runs (number integer primary key, day text not null, "commit" text not null,
    seed integer not null, split real not null, metric real not null, lock text, data text)"""
ADD = """insert into runs (number, day, "commit", seed, split, metric, lock, data)
    values (:number, :day, :commit, :seed, :split, :metric, :lock, :data)"""


class Keeper:
    """See ``problem.reruns``."""

    def __init__(self, home: Path) -> None:
        self.home, self.file = home, home / "runs.sqlite"
        (home / "locks").mkdir(parents=True, exist_ok=True)
        self.ask(SCHEMA)

    def keep(self, run: Run) -> None:
        """Add a row, with a copy of the lock; a number is used once."""
        lock = digest_file(run.lock)
        shutil.copy(run.lock, self._lock(lock))
        self._add(run._asdict() | {"lock": lock, "data": digest_file(run.data)})

    def take_over(self, rows: Iterable[Mapping[str, str]]) -> int:
        """Add what a sheet knows; how many rows that were. What it never knew stays empty."""
        return sum(self._add({"lock": None, "data": None} | dict(row)) for row in rows)

    def find(self, number: int) -> Recipe:
        """What the row says."""
        row = self._row(number)
        lock = self._lock(row["lock"]).read_text() if row["lock"] else None
        return Recipe(row["day"], row["metric"], row["commit"], lock, None, row["seed"], row["split"])

    def check_data(self, number: int, data: Path) -> None:
        """Raises ``ValueError`` if these are not the data of the run, or if nobody knows."""
        wanted, here = self._row(number)["data"], digest_file(data)
        if not wanted:
            raise ValueError(f"run {number} was taken over from the sheet: nobody knows which data it had")
        if wanted != here:
            raise ValueError(f"run {number} had the data {wanted}, these are {here}: what comes out is another run")

    def ask(self, query: str, values: Mapping[str, Any] | tuple[Any, ...] = ()) -> list[dict[str, Any]]:
        """The rows that a query gives, by column."""
        with sqlite3.connect(self.file) as table:
            table.row_factory = sqlite3.Row
            return [dict(row) for row in table.execute(query, values)]

    def _row(self, number: int) -> dict[str, Any]:
        if not (rows := self.ask("select * from runs where number = ?", (number,))):
            raise LookupError(f"there is no run {number} in {self.file.name}: it was not made by the training program")
        return rows[0]

    def _add(self, row: Mapping[str, Any]) -> bool:
        try:
            self.ask(ADD, row)
        except sqlite3.IntegrityError as error:
            raise ValueError(f"run {row['number']} is not kept: {error}") from error
        return True

    def _lock(self, digest: str) -> Path:
        return self.home / "locks" / f"{digest}.lock"
