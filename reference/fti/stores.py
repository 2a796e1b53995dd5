"""The two places where the pipelines meet: the feature store (Feast) and the model registry (MLflow)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import yaml
from feast import FeatureStore as Feast
from feast import FeatureView, RepoConfig
from feast.types import Int64
from mlflow.tracking import MlflowClient
from sklearn.pipeline import Pipeline

from reference.fti.feature_repo.definitions import COLUMNS, ENTITIES, REFRESH, feature_service, feature_views, stored_at

CONFIG = Path(__file__).parent / "feature_repo" / "feature_store.yaml"
CHAMPION = "champion"
TRUSTED = [
    "functools.partial",
    "sklearn.utils.validation.check_array",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
]
"""Types of the fitted pipeline that skops loads only if named. Trees are node tables that scikit-learn follows
without bounds checks: trust them only in a registry that nobody but the training pipeline writes to."""
REQUIREMENTS = ["scikit-learn", "pandas"]


class FeatureStore:
    """Stored features: their history for training and batch scoring, their latest values for online answers.

    History is written in parts; parts held back by ``write`` reach the disk with ``flush`` or the next read.
    """

    def __init__(self, home: Path) -> None:
        self._history, self._progress = home / "history", home / "refreshed.json"
        home.mkdir(parents=True, exist_ok=True)
        views = feature_views(self._history)
        self._feast = Feast(config=_feast_config(home))
        self._service = feature_service(views)
        self._feast.apply([*ENTITIES, *views, self._service])
        self._keys = {view.name: [column.name for column in view.entity_columns] for view in views}
        self._pending: dict[str, list[pd.DataFrame]] = {name: [] for name in self._keys}
        self.schedules = {view.name: view.tags[REFRESH] for view in views}
        self.view_of = {column: view for view, (_, columns) in COLUMNS.items() for column in columns}
        self.refreshed = self._load_progress()
        for view in views:
            self._begin_history(view)

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
        progress = json.dumps({view: at.isoformat() for view, at in self.refreshed.items()})
        _put(self._progress, lambda part: part.write_text(progress))

    def read_history(self, asked: pd.DataFrame) -> pd.DataFrame:
        """The stored values as of each ``asked_at``, one row per question, in order; needs the join keys."""
        self.flush()
        keys = sorted({key for names in self._keys.values() for key in names})
        entities = asked[keys].assign(event_timestamp=asked["asked_at"], row=range(len(asked)))
        stored = self._feast.get_historical_features(entities, self._service).to_df()
        return stored.sort_values("row").set_index(asked.index)[list(self.view_of)]

    def read_online(self, keys: list[dict[str, str]]) -> dict[str, list[Any]]:
        """The latest stored values, column by column, for each set of join keys, in order."""
        answer = self._feast.get_online_features(self._service, keys).to_dict()
        return {name: answer[name] for name in self.view_of}

    def _begin_history(self, view: FeatureView) -> None:
        """An empty first part, so that a view can be read before anything was stored in it."""
        first = self._history / view.name / "0.parquet"
        first.parent.mkdir(parents=True, exist_ok=True)
        kinds = {"event_timestamp": "datetime64[ns, UTC]", "created": "datetime64[ns, UTC]"}
        kinds |= {column.name: "string" for column in view.entity_columns}
        kinds |= {field.name: "int64" if field.dtype == Int64 else "float64" for field in view.features}
        if not first.exists():
            pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()}).to_parquet(first, index=False)

    def _load_progress(self) -> dict[str, pd.Timestamp]:
        if not self._progress.exists():
            return {}
        return {view: pd.Timestamp(at) for view, at in json.loads(self._progress.read_text()).items()}


def _put(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file whole or not at all: readers never see half of it."""
    part = path.with_suffix(".part")
    write(part)
    part.replace(path)


def _feast_config(home: Path) -> RepoConfig:
    settings = yaml.safe_load(CONFIG.read_text())
    settings["registry"] = str(home.resolve() / settings["registry"])
    settings["online_store"]["path"] = str(home.resolve() / settings["online_store"]["path"])
    return RepoConfig(repo_path=home.resolve(), **settings)


class ModelRegistry:
    """Fitted models by name; the version that answers carries the alias ``champion``."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._uri = f"sqlite:///{home / 'mlflow.db'}"
        self._artifacts = home / "models"
        self._loaded: dict[tuple[str, str], Pipeline] = {}

    def register(self, name: str, model: Pipeline) -> str:
        """Keep a fitted model under ``name`` and let it answer from now on; returns its version."""
        mlflow.set_tracking_uri(self._uri)
        client = self._client()
        if client.get_experiment_by_name(name) is None:
            client.create_experiment(name, artifact_location=(self._artifacts / name).as_uri())
        mlflow.set_experiment(name)
        with mlflow.start_run():
            info = mlflow.sklearn.log_model(
                model, name=name, registered_model_name=name, serialization_format="skops",
                skops_trusted_types=TRUSTED, pip_requirements=REQUIREMENTS,
            )  # fmt: skip
        client.set_registered_model_alias(name, CHAMPION, str(info.registered_model_version))
        return str(info.registered_model_version)

    def champion(self, name: str) -> tuple[Pipeline, str]:
        """The model that answers under ``name``, and its version."""
        version = self._client().get_model_version_by_alias(name, CHAMPION).version
        if (name, version) not in self._loaded:
            mlflow.set_tracking_uri(self._uri)
            self._loaded[name, version] = mlflow.sklearn.load_model(f"models:/{name}/{version}")
        return self._loaded[name, version], str(version)

    def _client(self) -> MlflowClient:
        return MlflowClient(self._uri, self._uri)
