"""The log of a trial, one SQLite file: who answered what, what came of it, and what was decided.

Everything that a trial goes by is read from here, so a process that is killed takes nothing along but the answer that
it was about to give. (Against a machine that loses its power, SQLite would have to be told ``synchronous = FULL``.)
"""

import math
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import pandas as pd

from problem.which_is_better import Arm, Decision, Question, Result, Verdict

TABLES = """
CREATE TABLE IF NOT EXISTS answers (
    request_id TEXT PRIMARY KEY, stage INTEGER, day TEXT, slot TEXT, aircraft TEXT, arm TEXT, instead REAL,
    champion REAL, candidate REAL
);
CREATE TABLE IF NOT EXISTS results (request_id TEXT PRIMARY KEY, late INTEGER, cost REAL);
CREATE TABLE IF NOT EXISTS verdicts (
    stage INTEGER PRIMARY KEY, decision TEXT, why TEXT, difference REAL, shown INTEGER
);
"""
KEEP = "INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
LEARN = "INSERT OR IGNORE INTO results VALUES (?, ?, ?)"
DECIDE = "INSERT OR IGNORE INTO verdicts VALUES (?, ?, ?, ?, ?)"
KNOWN = """
SELECT day, slot, aircraft, arm, coalesce(champion, instead) AS champion, coalesce(candidate, instead) AS candidate,
       candidate IS NULL AS missing, late, cost
FROM answers JOIN results USING (request_id) WHERE stage = ? ORDER BY answers.rowid
"""


class Kept(NamedTuple):
    """An answer as it is kept: the stage, who was to answer, the table's risk, and the models' own, if they had one."""

    stage: int
    arm: Arm
    instead: float
    champion: float | None = None
    candidate: float | None = None


class TrialLog:
    """One connection, for all threads of a process."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._store = sqlite3.connect(file, timeout=5.0, isolation_level=None, check_same_thread=False)
        self._lock = Lock()
        self._store.execute("PRAGMA journal_mode = WAL")
        self._store.execute("PRAGMA synchronous = NORMAL")
        self._store.executescript(TABLES)

    def keep(self, question: Question, kept: Kept) -> None:
        """An answer that goes out; one that is there stays as it is."""
        request_id, day, slot, aircraft, _ = question
        stage, *rest = kept
        self._write(KEEP, [(request_id, stage, day, slot, aircraft, *rest)])

    def note(self, request_id: str, arm: Arm, risk: float) -> None:
        """What the other model said in time, champion or candidate."""
        self._write(f"UPDATE answers SET {arm.value} = ? WHERE request_id = ?", [(risk, request_id)])

    def learn(self, results: Iterable[Result]) -> None:
        """What came of answers; what is there stays as it is. Raises ``ValueError`` for a cost that is no number."""
        told = [*results]
        if wrong := [result.request_id for result in told if not math.isfinite(result.cost)]:
            raise ValueError(f"the cost of {wrong[0]} is no number: none of these {len(told)} results is kept")
        self._write(LEARN, [tuple(result) for result in told])

    def read_known(self, stage: int) -> pd.DataFrame:
        """The stage's flights of which it is known what came of them, in the order asked; the table's word in the
        place of a model's that is not there."""
        with self._lock:
            rows = self._store.execute(KNOWN, (stage,))
            return pd.DataFrame(rows.fetchall(), columns=[column[0] for column in rows.description])

    def list_verdicts(self) -> list[Verdict]:
        """What was decided, stage by stage."""
        rows = self._store.execute("SELECT decision, why, difference, shown FROM verdicts ORDER BY stage").fetchall()
        return [Verdict(Decision(decision), why, of, bool(shown)) for decision, why, of, shown in rows]

    def decide(self, stage: int, verdict: Verdict) -> None:
        """Keep a verdict for good."""
        self._write(DECIDE, [(stage, *verdict)])

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def _write(self, command: str, rows: list[tuple[Any, ...]]) -> None:
        with self._lock, self._store:
            self._store.execute("BEGIN IMMEDIATE")
            self._store.executemany(command, rows)
