"""Worker of the learner's choice: candidates for its settings, scored on months within the training months."""

import shutil
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
from sklearn.metrics import log_loss

from lab.engine.progress import reported
from lab.systems import open_system
from problem.contract import FEATURES
from problem.facts import Facts, load_facts
from problem.learner import new_learner
from problem.questions import CUT_OFF, NEW_YORK, questions, scheduled_between
from problem.world import World

FOLDS = {
    "July": ("2013-07-01", "2013-08-01"),
    "August": ("2013-08-01", "2013-09-01"),
    "September": ("2013-09-01", "2013-10-01"),
}
"""By the month that is scored, its first day and the day after it; all months before it are fitted."""
SHAPES = (*product((0.1,), (100,), (20, 200, 1000), (15, 31)), (0.05, 200, 200, 15))
"""Learning rate, rounds, the fewest rows in a leaf, and the most leaves in a tree."""
_NAMES = ("learning_rate", "max_iter", "min_samples_leaf", "max_leaf_nodes")


def _describe(rate: float, rounds: int, rows: int, leaves: int) -> str:
    return f"{rounds} rounds of {rate}, {rows} rows a leaf, {leaves} leaves"


CANDIDATES: Mapping[str, dict[str, Any]] = {
    _describe(*shape): dict(zip(_NAMES, shape, strict=True)) for shape in SHAPES
}
"""By name, settings for a learner that takes codes as plain numbers."""
BEFORE = {"codes as categories": CANDIDATES[_describe(0.1, 100, 20, 31)] | {"categorical_features": [0, 1, 2]}}
"""For comparison alone: a learner that takes codes as categories, which a common converter exports wrongly."""


def score_candidates(folder: Path, steps: Path, name: str) -> None:
    """Fit every candidate on every fold of a system's training tables, one for each kind of question.

    ``scores.parquet``: ``table`` (system, mode), ``fold``, ``candidate``, ``loss`` (nats a row), ``constant`` (the loss
    of the fitted rows' share of late flights), ``nodes`` (of all trees).
    """
    facts, system = load_facts(), open_system(name, folder / "home")
    system.wake(World(facts, CUT_OFF))
    asked = {mode: scheduled_between(questions(facts, mode), None, CUT_OFF) for mode in system.modes}
    tables = {mode: system.training_features(facts.known_at(CUT_OFF), asked[mode]) for mode in system.modes}
    scores = [
        score_fold(tables[mode], facts, fold).assign(table=f"{name}, {mode}", fold=fold)
        for mode, fold in reported(list(product(system.modes, FOLDS)))
    ]
    pd.concat(scores, ignore_index=True).to_parquet(folder / "scores.parquet", index=False)
    shutil.rmtree(folder / "home")


def score_fold(table: pd.DataFrame, facts: Facts, fold: str) -> pd.DataFrame:
    """All candidates on one fold of a feature table: ``candidate``, ``loss``, ``constant``, ``nodes``."""
    fitted, scored = split_fold(table, facts, fold)
    tried = {**CANDIDATES, **BEFORE}
    rows = [{"candidate": name, **_score(settings, fitted, scored)} for name, settings in tried.items()]
    return pd.DataFrame(rows).assign(constant=log_loss(scored["late"], [fitted["late"].mean()] * len(scored)))


def split_fold(table: pd.DataFrame, facts: Facts, fold: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows to fit, with ``late`` as it was known when the month began, and those to score, as at the cut-off."""
    start, end = (pd.Timestamp(day, tz=NEW_YORK) for day in FOLDS[fold])
    table = table.merge(facts.flights[["flight_id", "scheduled_at"]], on="flight_id")
    fitted = _label(scheduled_between(table, None, start), facts.known_at(start))
    return fitted, _label(scheduled_between(table, start, end), facts.known_at(CUT_OFF))


def _label(rows: pd.DataFrame, known: Facts) -> pd.DataFrame:
    return rows.merge(known.outcomes[["flight_id", "late"]].dropna(), on="flight_id")


def _score(settings: dict[str, Any], fitted: pd.DataFrame, scored: pd.DataFrame) -> dict[str, float]:
    model = new_learner("late")
    model[-1].set_params(**settings)
    model.fit(fitted[list(FEATURES)], fitted["late"])
    nodes = sum(len(tree.nodes) for (tree,) in model[-1]._predictors)
    return {"loss": log_loss(scored["late"], model.predict_proba(scored[list(FEATURES)])[:, 1]), "nodes": nodes}
