"""The model registry as files: fitted models, and a SQLite file that says of each name which version answers."""

import sqlite3
from collections.abc import Collection
from pathlib import Path

import joblib
from sklearn.pipeline import Pipeline

from reference.systems.fti.versions import check_model

TABLES = """
CREATE TABLE IF NOT EXISTS versions (name TEXT, version INTEGER, fitted_on TEXT, PRIMARY KEY (name, version));
CREATE TABLE IF NOT EXISTS champions (name TEXT PRIMARY KEY, version INTEGER NOT NULL);
"""
NEWEST = "SELECT coalesce(max(version), 0) FROM versions WHERE name = ?"
CHAMPION = "SELECT version, fitted_on FROM champions JOIN versions USING (name, version) WHERE name = ?"


class ModelRegistry:
    """Fitted models by name; the version that answers is its name's row in ``champions``.

    ``features``: what the feature store holds; None to look at models without a store beside them. Models are pickles:
    trust them only in a registry that nobody but the training pipeline writes to.
    """

    def __init__(self, home: Path, features: Collection[str] | None = None) -> None:
        self._models = home / "models"
        self._models.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(home / "registry.db", check_same_thread=False)
        self._database.executescript(TABLES)
        self._features = features
        self._loaded: dict[tuple[str, int], Pipeline] = {}

    def register(self, name: str, model: Pipeline) -> str:
        """Keep a fitted model under ``name`` and let it answer from now on; returns its version."""
        with self._database as transaction:
            transaction.execute("BEGIN IMMEDIATE")  # two trainings at once must not get one number
            version = transaction.execute(NEWEST, [name]).fetchone()[0] + 1
            joblib.dump(model, self._file(name, version))  # named by no row before it is whole
            transaction.execute(
                "INSERT INTO versions VALUES (?, ?, ?)", [name, version, " ".join(self._features or ())]
            )
            transaction.execute("INSERT OR REPLACE INTO champions VALUES (?, ?)", [name, version])
        return str(version)

    def champion(self, name: str) -> tuple[Pipeline, str]:
        """The model that answers under ``name``, and its version.

        Raises ``LookupError`` if there is none, ``VersionMismatch`` if it was fitted on features that are not stored
        any more.
        """
        if (found := self._database.execute(CHAMPION, [name]).fetchone()) is None:
            raise LookupError(f"no model is registered as {name}: run the training pipeline first")
        version, fitted_on = found
        if self._features is not None:
            check_model(f"{name}/{version}", fitted_on.split(), self._features)
        if (name, version) not in self._loaded:
            self._loaded[name, version] = joblib.load(self._file(name, version))
        return self._loaded[name, version], str(version)

    def _file(self, name: str, version: int) -> Path:
        return self._models / f"{name}-{version}.joblib"
