"""A search for the settings of the learner: the settings that there are, what a searcher is handed, and its door.

The nightly question of the study (batch). All searchers fit the study's learner on the same rows and may try each of
the settings in ``SPACE``: what differs is in which order they try them, and which rows tell them how good one is.
"""

from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path
from typing import NamedTuple, Protocol

import pandas as pd
from sklearn.metrics import log_loss
from sklearn.pipeline import Pipeline

from problem.contract import FEATURES
from problem.learner import SETTINGS, new_learner


class Settings(NamedTuple):
    """Of the learner, as scikit-learn calls them."""

    learning_rate: float
    max_iter: int
    max_leaf_nodes: int
    min_samples_leaf: int


SPACE: Mapping[str, tuple[float, ...]] = {
    "learning_rate": (0.03, 0.06, 0.1, 0.2, 0.4),
    "max_iter": (25, 50, 100, 200),
    "max_leaf_nodes": (7, 15, 31),
    "min_samples_leaf": (20, 200),
}
"""By setting, its values in ascending order."""
GRID = [Settings(*values) for values in product(*SPACE.values())]  # type: ignore[arg-type]
"""All settings that can be tried."""
LIBRARY = Settings(learning_rate=0.1, max_iter=100, max_leaf_nodes=31, min_samples_leaf=20)
"""What scikit-learn takes if nobody says anything."""
STUDY = Settings(**SETTINGS)  # type: ignore[arg-type]
"""What the study's models have."""
Score = Callable[[Settings], float]
"""Fits with these settings and gives the mean log loss in nats on the rows that are looked at; less is better."""


class Months(NamedTuple):
    """Vectors (``FEATURES``) with ``late``: the rows to ``fit`` on, those of some ``earlier`` weeks to choose by, and
    those of the ``test`` weeks, from which the number in the report comes."""

    fit: pd.DataFrame
    earlier: pd.DataFrame
    test: pd.DataFrame


class Found(NamedTuple):
    """What a search ends with: the settings, the log loss in nats that its report says, and how many times the test
    rows were looked at until then."""

    settings: Settings
    reported: float
    looks: int


class Searcher(Protocol):
    """The door of every way to search. What was tried is kept under ``home``, so that a search that died goes on where
    it stopped; with None, nothing is kept."""

    def __init__(self, home: Path | None = None, seed: int = 0) -> None: ...

    def search(self, score: Score, tries: int) -> Settings:
        """The best of so many settings, each of which is scored once.

        A score that raises ``ValueError`` counts as a try and rules its settings out; raises ``ValueError`` if none is
        left.
        """

    def run(self, months: Months, tries: int) -> Found:
        """Search, and say what the report is to say. Raises ``ValueError`` for months without rows."""


def fit_with(rows: pd.DataFrame, settings: Settings) -> Pipeline:
    """The study's learner with these settings."""
    learner = new_learner("late")
    learner[-1].set_params(**settings._asdict())
    return learner.fit(rows[list(FEATURES)], rows["late"])


def make_score(fit: pd.DataFrame, judged: pd.DataFrame) -> Score:
    """Fits on the ones, judges on the others; raises ``ValueError`` if either are none."""
    if fit.empty or judged.empty:
        raise ValueError(f"{len(fit)} rows to fit and {len(judged)} to judge by: a search needs both")

    def score(settings: Settings) -> float:
        risk = fit_with(fit, settings).predict_proba(judged[list(FEATURES)])[:, 1]
        return float(log_loss(judged["late"], risk, labels=[0, 1]))

    return score
