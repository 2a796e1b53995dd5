"""The feature store as files: history as Parquet; the latest values, and how far views reach, in one SQLite file."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from reference.systems.fti.adapters.plain_files.definitions import VIEWS, View
from reference.systems.fti.asof_search import latest_rows, shared_codes
from reference.systems.fti.versions import Refreshed, VersionMismatch, check_history

STAMP = "event_timestamp"
PROGRESS = "CREATE TABLE IF NOT EXISTS progress (view TEXT PRIMARY KEY, until TEXT NOT NULL, parts INTEGER NOT NULL)"


class FeatureStore:
    """Stored features, behind the names of the store that they stand in for.

    History is written in parts; parts held back by ``write`` reach the disk with ``flush`` or the next read. What is
    noted of a view is what its history holds: an online row that is ahead of it is made again after a stop.
    """

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._history = home / "history"
        self._online = sqlite3.connect(home / "online.db", check_same_thread=False)
        self._online.execute("PRAGMA journal_mode = WAL")  # who reads does not wait for who writes
        self._online.execute(PROGRESS)
        self._pending: dict[str, list[pd.DataFrame]] = {name: [] for name in VIEWS}
        self.schedules = {name: view.every for name, view in VIEWS.items()}
        self.view_of = {column: name for name, view in VIEWS.items() for column in view.columns}
        for name, view in VIEWS.items():
            self._check(name, view)
        self.refreshed = self._load_progress()

    @property
    def features(self) -> list[str]:
        """What the models read, each as ``view:column``. A view never changes its meaning: a new one has a new name."""
        return [f"{view}:{column}" for column, view in self.view_of.items()]

    def write(self, view: str, rows: pd.DataFrame, refreshed: pd.Timestamp) -> None:
        """Take in a view's new rows (keys, ``event_timestamp``, values), complete up to the instant ``refreshed``."""
        if len(rows):
            self._pending[view].append(rows[_columns(VIEWS[view])])
            self._put_online(view, rows.drop_duplicates([*VIEWS[view].keys], keep="last"))
        self.refreshed[view] = refreshed

    def flush(self) -> None:
        """Put the held-back history on disk, then note how far it reaches."""
        for view, parts in self._pending.items():
            if parts:
                path = self._history / view / f"{parts[-1][STAMP].max():%Y%m%dT%H%M%S}.parquet"
                path.parent.mkdir(parents=True, exist_ok=True)
                part = path.with_suffix(".part")  # readers never see half of it
                pd.concat(parts).to_parquet(part, index=False)
                part.replace(path)
                parts.clear()
        noted = [(view, until.isoformat(), len(self._parts(view))) for view, until in self.refreshed.items()]
        with self._online as transaction:
            transaction.executemany("INSERT OR REPLACE INTO progress VALUES (?, ?, ?)", noted)

    def read_history(self, asked: pd.DataFrame) -> pd.DataFrame:
        """The stored values as of each ``asked_at``, one row per question, in order; needs the join keys.

        Raises ``VersionMismatch`` if nothing was stored in a view.
        """
        self.refreshed.check(self.schedules)
        self.flush()
        instants = _microseconds(pa.array(asked["asked_at"]))
        found = [self._read_as_of(name, view, asked, instants) for name, view in VIEWS.items()]
        return pd.concat([table.to_pandas() for table in found], axis=1).set_index(asked.index)

    def read_online(self, keys: list[dict[str, str]]) -> dict[str, list[Any]]:
        """The latest stored values, column by column, for each set of join keys, in order."""
        rows = [[value for name in VIEWS for value in self._get(name, key)] for key in keys]
        return {column: [row[place] for row in rows] for place, column in enumerate(self.view_of)}

    def catch_up(self) -> None:
        """Look again how far the views are refreshed: the feature pipeline may run in a process of its own."""
        self.refreshed = self._load_progress()

    def _check(self, name: str, view: View) -> None:
        """Raise ``VersionMismatch`` for a history or a table with other columns; make a table that is not there."""
        for part in self._parts(name)[:1]:
            check_history(part, _columns(view))
        columns = f"{', '.join(_columns(view))}, PRIMARY KEY ({', '.join(view.keys)})"
        self._online.execute(f"CREATE TABLE IF NOT EXISTS {name} ({columns})")
        stored = [column for _, column, *_ in self._online.execute(f"PRAGMA table_info({name})")]
        if stored != _columns(view):
            raise VersionMismatch(f"{name} holds {', '.join(stored)} online: delete the store and run the pipeline")

    def _put_online(self, view: str, latest: pd.DataFrame) -> None:
        rows = latest[_columns(VIEWS[view])].assign(**{STAMP: latest[STAMP].astype("int64")}).astype(object)
        values = rows.where(rows.notna(), None).itertuples(index=False, name=None)
        marks = ", ".join("?" * len(rows.columns))
        with self._online as transaction:
            transaction.executemany(f"INSERT OR REPLACE INTO {view} VALUES ({marks})", values)

    def _get(self, name: str, key: dict[str, str]) -> Iterable[Any]:
        """The stored values of one view under one key; nulls if nothing is."""
        view = VIEWS[name]
        wanted = " AND ".join(f"{part} = ?" for part in view.keys)
        select = f"SELECT {', '.join(view.columns)} FROM {name} WHERE {wanted}"
        return self._online.execute(select, [key[part] for part in view.keys]).fetchone() or [None] * len(view.columns)

    def _read_as_of(self, name: str, view: View, asked: pd.DataFrame, instants: Any) -> pa.Table:
        """The view's columns at the instants (µs), in the order of the questions."""
        history = pa.concat_tables(pq.read_table(part) for part in self._parts(name)).sort_by(STAMP)
        keys = [pa.chunked_array([pa.array(asked[key], pa.string())]) for key in view.keys]
        row_keys, asked_keys = shared_codes([history[key] for key in view.keys], keys, len(history))
        rows = latest_rows(_microseconds(history[STAMP]), row_keys, instants, asked_keys)
        return history.select([*view.columns]).take(pa.array(rows, mask=rows < 0))

    def _parts(self, view: str) -> list[Path]:
        return sorted((self._history / view).glob("*.parquet"))

    def _load_progress(self) -> Refreshed:
        """A view of which a part was lost counts as never refreshed: the next run tells its history anew."""
        noted = self._online.execute("SELECT view, until, parts FROM progress").fetchall()
        return Refreshed({view: pd.Timestamp(until) for view, until, parts in noted if len(self._parts(view)) >= parts})


def _columns(view: View) -> list[str]:
    return [*view.keys, STAMP, *view.columns]


def _microseconds(instants: pa.Array | pa.ChunkedArray) -> Any:
    return instants.cast(pa.timestamp("us", tz="UTC"), safe=False).cast(pa.int64()).to_numpy()
