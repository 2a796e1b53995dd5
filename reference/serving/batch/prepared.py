"""Where prepared answers are: a table in a file, which a job replaces as a whole while it is read."""

import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

FILE = "prepared.db"
TABLE = "create table if not exists answers (flight_id integer primary key, prediction real, model_version, made_at)"


class Prepared(NamedTuple):
    """An answer, made at ``made_at`` (seconds of Unix time)."""

    prediction: float
    model_version: str
    made_at: float


class NothingPrepared(LookupError):
    """The job has not run yet; one line that says so."""


def write_answers(folder: Path, answers: Iterable[tuple[int, dict[str, Any]]]) -> None:
    """Replace all answers, by flight: whoever reads sees the old ones or the new ones."""
    now = time.time()
    rows = [(flight_id, told["prediction"], told["model_version"], now) for flight_id, told in answers]
    with closing(sqlite3.connect(folder / FILE)) as store:
        store.execute("pragma journal_mode = wal")
        with store:
            store.execute(TABLE)
            store.execute("delete from answers")
            store.executemany("insert or replace into answers values (?, ?, ?, ?)", rows)


class PreparedAnswers:
    """The answers of a folder, for one thread; raises ``NothingPrepared`` if there is no table."""

    def __init__(self, folder: Path) -> None:
        if not (folder / FILE).exists():
            raise NothingPrepared(f"{folder / FILE} is not there: let the job run first")
        self._store = sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True, isolation_level=None)

    def find(self, flight_id: int) -> Prepared | None:
        """What was prepared about a flight last, None if nothing was."""
        read = "select prediction, model_version, made_at from answers where flight_id = ?"
        row = self._store.execute(read, (flight_id,)).fetchone()
        return None if row is None else Prepared(*row)

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()
