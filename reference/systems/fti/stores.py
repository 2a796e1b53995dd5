"""The feature store (Feast): where the feature pipeline meets the two others."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from feast import FeatureStore as Feast
from feast import FeatureView, RepoConfig
from feast.types import Int64

from reference.systems.fti.feature_repo.definitions import (
    COLUMNS,
    ENTITIES,
    REFRESH,
    feature_service,
    feature_views,
    stored_at,
)
from reference.systems.fti.versions import Refreshed, check_history

CONFIG = Path(__file__).parent / "feature_repo" / "feature_store.yaml"


class FeatureStore:
    """Stored features: their history for training and batch scoring, their latest values for online answers.

    History is written in parts; parts held back by ``write`` reach the disk with ``flush`` or the next read.
    ``config``: a ``feature_store.yaml``, its paths relative to ``home``.
    """

    def __init__(self, home: Path, config: Path = CONFIG) -> None:
        self._history, self._progress = home / "history", home / "refreshed.json"
        home.mkdir(parents=True, exist_ok=True)
        views, repository = feature_views(self._history), _feast_config(home, config)
        database, applied = getattr(repository.online_store, "path", None), home / "applied.json"
        complete = database is None or Path(database).exists()
        self._feast = Feast(config=repository)
        self._service = feature_service(views)
        if not complete:
            applied.unlink(missing_ok=True)
        self._apply(views, applied)
        self._keys = {view.name: [column.name for column in view.entity_columns] for view in views}
        self._pending: dict[str, list[pd.DataFrame]] = {name: [] for name in self._keys}
        self.schedules = {view.name: view.tags[REFRESH] for view in views}
        self.view_of = {column: view for view, (_, columns) in COLUMNS.items() for column in columns}
        self.refreshed = self._load_progress() if complete else Refreshed()
        for view in views:
            self._begin_history(view)

    @property
    def features(self) -> list[str]:
        """What the models read, each as ``view:column``. A view never changes its meaning: a new one has a new name."""
        return [
            f"{view.name}:{column.name}" for view in self._service.feature_view_projections for column in view.features
        ]

    def write(self, view: str, rows: pd.DataFrame, refreshed: pd.Timestamp) -> None:
        """Take in a view's new rows (keys, ``event_timestamp``, values), complete up to the instant ``refreshed``."""
        if len(rows):
            seconds = rows["event_timestamp"].astype("int64") // 10**9
            rows = rows.assign(created=rows["event_timestamp"], **{stored_at(view): seconds})
            self._pending[view].append(rows)
            latest = rows.drop_duplicates(self._keys[view], keep="last")
            self._feast.write_to_online_store(view, latest, allow_registry_cache=True)
        self.refreshed[view] = refreshed

    def flush(self) -> None:
        """Put the held-back history on disk, then note how far it reaches."""
        for view, parts in self._pending.items():
            if parts:
                path = self._history / view / f"{parts[-1]['event_timestamp'].max():%Y%m%dT%H%M%S}.parquet"
                path.parent.mkdir(parents=True, exist_ok=True)
                rows = pd.concat(parts)
                _put(path, lambda part, rows=rows: rows.to_parquet(part, index=False))  # type: ignore[misc]
                parts.clear()
        progress = {view: {"until": at.isoformat(), "parts": self._parts(view)} for view, at in self.refreshed.items()}
        _put(self._progress, lambda part: part.write_text(json.dumps(progress)))

    def read_history(self, asked: pd.DataFrame) -> pd.DataFrame:
        """The stored values as of each ``asked_at``, one row per question, in order; needs the join keys.

        Raises ``VersionMismatch`` if nothing was stored in a view.
        """
        self.refreshed.check(self.schedules)
        self.flush()
        keys = sorted({key for names in self._keys.values() for key in names})
        entities = asked[keys].assign(event_timestamp=asked["asked_at"], row=range(len(asked)))
        stored = self._feast.get_historical_features(entities, self._service).to_df()
        return stored.sort_values("row").set_index(asked.index)[list(self.view_of)]

    def read_online(self, keys: list[dict[str, str]]) -> dict[str, list[Any]]:
        """The latest stored values, column by column, for each set of join keys, in order."""
        answer = self._feast.get_online_features(self._service, keys).to_dict()
        return {name: answer[name] for name in self.view_of}

    def catch_up(self) -> None:
        """Look again how far the views are refreshed: the feature pipeline may run in a process of its own."""
        self.refreshed = self._load_progress()

    def _apply(self, views: list[FeatureView], noted: Path) -> None:
        """Tell Feast of the views when they are new or changed, not at every start: it writes over its own registry."""
        said = [[view.name, view.tags, *map(str, view.schema)] for view in views]
        wanted = json.dumps([str(self._history), *said, self.features])
        if noted.exists() and noted.read_text() == wanted:
            return
        if not noted.exists():  # the last time broke off in the middle: what it left may be half a registry
            Path(self._feast.config.registry.path).unlink(missing_ok=True)
        noted.unlink(missing_ok=True)
        self._feast.apply([*ENTITIES, *views, self._service])
        _put(noted, lambda part: part.write_text(wanted))

    def _begin_history(self, view: FeatureView) -> None:
        """An empty first part, so that a view can be read before anything was stored in it."""
        first = self._history / view.name / "0.parquet"
        first.parent.mkdir(parents=True, exist_ok=True)
        kinds = {"event_timestamp": "datetime64[ns, UTC]", "created": "datetime64[ns, UTC]"}
        kinds |= {column.name: "string" for column in view.entity_columns}
        kinds |= {field.name: "int64" if field.dtype == Int64 else "float64" for field in view.features}
        if first.exists():
            check_history(first, kinds)
        else:
            pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()}).to_parquet(first, index=False)

    def _parts(self, view: str) -> int:
        return len(list((self._history / view).glob("*.parquet")))

    def _load_progress(self) -> Refreshed:
        """A view of which a part was lost counts as never refreshed: the next run tells its history anew."""
        noted = json.loads(self._progress.read_text()) if self._progress.exists() else {}
        whole = {view: note["until"] for view, note in noted.items() if self._parts(view) >= note["parts"]}
        return Refreshed({view: pd.Timestamp(until) for view, until in whole.items()})


def _put(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file whole or not at all: readers never see half of it."""
    part = path.with_suffix(".part")
    write(part)
    part.replace(path)


def _feast_config(home: Path, config: Path) -> RepoConfig:
    settings = yaml.safe_load(config.read_text())
    settings["registry"] = str(home.resolve() / settings["registry"])
    if "path" in settings["online_store"]:
        settings["online_store"]["path"] = str(home.resolve() / settings["online_store"]["path"])
    return RepoConfig(repo_path=home.resolve(), **settings)
