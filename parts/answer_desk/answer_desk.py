"""A desk for answers that come later: a question is kept until it is answered, an answer until it is old.

One SQLite file, shared by the processes of one machine. What ``accept`` has given an id is not lost when a process is
killed: a question that was taken and not answered is given out again when its time is over. (Against a machine that
loses its power, SQLite would have to be told ``synchronous = FULL``.)
"""

import json
import sqlite3
import time
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

MOST_WAITING = 10_000
TRIES = 3
"""How often a question is given out; whoever answers may have died of it."""
TABLE = """
CREATE TABLE IF NOT EXISTS asked (
    number INTEGER PRIMARY KEY, answer_id TEXT UNIQUE, question TEXT, asked_at REAL, taken_until REAL DEFAULT 0,
    tries INTEGER DEFAULT 0, prediction REAL, model_version TEXT, told INTEGER DEFAULT 0
);
CREATE INDEX IF NOT EXISTS waiting ON asked (number) WHERE prediction IS NULL;
CREATE INDEX IF NOT EXISTS untold ON asked (number) WHERE prediction IS NOT NULL AND told = 0;
"""
ACCEPT = """
INSERT INTO asked (answer_id, question, asked_at)
SELECT ?, ?, ? WHERE (SELECT count(*) FROM asked WHERE prediction IS NULL) < ?
"""
TAKE = """
UPDATE asked SET taken_until = :until, tries = tries + 1 WHERE number IN (
    SELECT number FROM asked
    WHERE prediction IS NULL AND taken_until <= :now AND tries BETWEEN :least AND :last ORDER BY number LIMIT :most
) RETURNING answer_id, question
"""
GIVE = "UPDATE asked SET prediction = ?, model_version = ? WHERE answer_id = ? AND prediction IS NULL"
UNTOLD = """
SELECT answer_id, prediction, model_version FROM asked
WHERE prediction IS NOT NULL AND told = 0 ORDER BY number LIMIT ?
"""


class Later(NamedTuple):
    """What there is under an id: a prediction and its model's version once it is ``ready``."""

    state: Literal["waiting", "ready", "failed"]
    prediction: float | None
    model_version: str | None


class Desk:
    """One connection to a desk; each process, and each thread that writes, has its own.

    ``patience``: seconds to wait for another one that writes.
    """

    def __init__(self, file: Path, patience: float = 5.0) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._store = sqlite3.connect(file, timeout=patience, isolation_level=None, check_same_thread=False)
        self._store.execute("PRAGMA journal_mode = WAL")
        self._store.execute("PRAGMA synchronous = NORMAL")
        self._store.executescript(TABLE)

    def accept(self, question: Mapping[str, Any], most: int = MOST_WAITING) -> str | None:
        """Keep a question; its id, or None if it is not kept: too many wait, or the file cannot be written."""
        answer_id = uuid.uuid4().hex
        try:
            done = self._store.execute(ACCEPT, (answer_id, json.dumps(question), time.time(), most))
        except sqlite3.OperationalError:
            return None
        return answer_id if done.rowcount else None

    def take(self, most: int, seconds: float) -> dict[str, Any]:
        """By id, at most so many questions, the oldest first, to be answered within so many seconds.

        One that was given out before comes by itself, so that what it does to whoever answers it does to no other.
        """
        told = {"until": time.time() + seconds, "now": time.time(), "last": TRIES - 1}
        again = self._store.execute(TAKE, told | {"least": 1, "most": 1}).fetchall()
        taken = again or self._store.execute(TAKE, told | {"least": 0, "most": most}).fetchall()
        return {answer_id: json.loads(question) for answer_id, question in taken}

    def give(self, predictions: Mapping[str, float], version: str) -> None:
        """Keep the answers of these questions; an answer that is there stays as it is."""
        rows = [(prediction, version, answer_id) for answer_id, prediction in predictions.items()]
        self._write(GIVE, rows)

    def find(self, answer_id: str) -> Later | None:
        """What there is under an id; None for one that was never given, or is forgotten."""
        query = "SELECT prediction, model_version, tries, taken_until FROM asked WHERE answer_id = ?"
        if (row := self._store.execute(query, (answer_id,)).fetchone()) is None:
            return None
        prediction, version, tries, until = row
        given_up = tries >= TRIES and until <= time.time()
        return Later("ready" if prediction is not None else "failed" if given_up else "waiting", prediction, version)

    def list_untold(self, most: int) -> list[dict[str, Any]]:
        """Answers that nobody was told of yet, the oldest first: answer_id, prediction, model_version."""
        names = ("answer_id", "prediction", "model_version")
        return [dict(zip(names, row, strict=True)) for row in self._store.execute(UNTOLD, (most,))]

    def mark_told(self, answer_ids: Iterable[str]) -> None:
        """Somebody was told of these."""
        self._write("UPDATE asked SET told = 1 WHERE answer_id = ?", [(each,) for each in answer_ids])

    def forget(self, before: float) -> None:
        """Let go of what was asked before that instant (Unix time) and is answered or given up."""
        done = "prediction IS NOT NULL OR tries >= ? AND taken_until <= ?"
        self._store.execute(f"DELETE FROM asked WHERE asked_at < ? AND ({done})", (before, TRIES, time.time()))

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def _write(self, command: str, rows: list[tuple[Any, ...]]) -> None:
        self._store.execute("BEGIN IMMEDIATE")
        with self._store:
            self._store.executemany(command, rows)
