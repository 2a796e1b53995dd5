"""Inference pipeline: batch scoring from the store's history, online answers from its latest values."""

from typing import Any

import pandas as pd

from problem.contract import FEATURES, KEYS, STORED, Request
from reference.systems.fti.on_demand import STORED_AS, complete
from reference.systems.fti.registry import ModelRegistry
from reference.systems.fti.schedule import last_refresh
from reference.systems.fti.stores import FeatureStore

JOIN_KEYS = ["carrier", "origin", "dest", "tailnum"]


def batch_vectors(store: FeatureStore, asked: pd.DataFrame) -> pd.DataFrame:
    """Vectors for many questions from the history, as of each question's instant."""
    instants = pd.DatetimeIndex(asked["asked_at"])
    due = {view: last_refresh(instants, every) for view, every in store.schedules.items()}
    made_at = {view: at.where(at < store.refreshed[view], store.refreshed[view]) for view, at in due.items()}
    features = complete(dict(asked), dict(store.read_history(asked)))
    given = {name: asked[name] for name in (*KEYS, "mode")}
    return pd.DataFrame({**given, **features, **_ages(store, instants, made_at)}, index=asked.index)


def online_vector(store: FeatureStore, request: Request) -> dict[str, Any]:
    """The vector for one question from the latest values in the online store."""
    keys = {key: getattr(request, key) or "" for key in JOIN_KEYS}  # no aircraft: a key that nothing is stored under
    stored = {name: column[0] for name, column in store.read_online([keys]).items()}
    features = complete(request._asdict(), stored)
    given = {name: getattr(request, name) for name in (*KEYS, "mode")}
    return given | features | _ages(store, request.asked_at, store.refreshed)


def _ages(store: FeatureStore, instant: Any, made_at: dict[str, Any]) -> dict[str, Any]:
    """Minutes from the refresh that made each stored value to the instant asked; both single or one per question."""
    minutes = {view: (instant - made_at[view]).total_seconds() / 60 for view in store.schedules}
    view_of = store.view_of
    return {f"age_{name}": minutes[view_of[STORED_AS.get(name, name)]] for name in STORED}


def predict(registry: ModelRegistry, vectors: pd.DataFrame) -> pd.DataFrame:
    """The vectors (all of one mode or mixed) with both champions' predictions and versions."""
    parts = [_predict(registry, mode, part) for mode, part in vectors.groupby("mode", sort=False)]
    return pd.concat(parts).sort_index()


def _predict(registry: ModelRegistry, mode: str, vectors: pd.DataFrame) -> pd.DataFrame:
    late, late_version = registry.champion(f"late_{mode}")
    delay, delay_version = registry.champion(f"delay_{mode}")
    features = vectors[list(FEATURES)]
    return vectors.assign(
        prediction=late.predict_proba(features)[:, 1],
        model_version=f"late_{mode}/{late_version}",
        prediction_delay=delay.predict(features),
        model_version_delay=f"delay_{mode}/{delay_version}",
    )
