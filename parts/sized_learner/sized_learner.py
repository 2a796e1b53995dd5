"""The study's learner, or a small one where there are not the rows for it: the latest rows say which.

Of two sizes the small one is taken unless the other is better by more than a standard error (Breiman et al. 1984,
"Classification and Regression Trees": the rule of one standard error).
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from problem.contract import FEATURES
from problem.learner import new_learner

Floats = NDArray[np.float64]
LATEST = 0.2
"""The share of the rows by which a size is chosen: the latest ones."""
MANY = 20_000
"""Rows from which on it is the study's size, which was chosen for so many."""
USUAL, SMALL = "usual", "small"
SIZES: Mapping[str, Mapping[str, int]] = {
    USUAL: {},
    SMALL: {"max_iter": 40, "max_leaf_nodes": 8, "min_samples_leaf": 100},
}
"""What differs from the study's learner."""


def fit_chosen(rows: pd.DataFrame) -> Pipeline:
    """``rows``: with ``FEATURES`` and ``late``, the oldest first."""
    return fit(rows, choose_size(rows))


def choose_size(rows: pd.DataFrame) -> str:
    """The size for these rows, the oldest first: fitted on the older ones, judged on the latest."""
    if len(rows) >= MANY:
        return USUAL
    border = int(len(rows) * (1 - LATEST))
    before, latest = rows.iloc[:border], rows.iloc[border:]
    if before["late"].nunique() < 2:
        return SMALL
    usual, small = (_score(fit(before, size), latest) for size in (USUAL, SMALL))
    gained = usual - small
    return USUAL if gained.mean() > gained.std() / np.sqrt(len(gained)) else SMALL


def fit(rows: pd.DataFrame, size: str = USUAL) -> Pipeline:
    """The learner in that size, on rows with both outcomes."""
    learner = new_learner("late")
    learner[-1].set_params(**SIZES[size])
    return learner.fit(rows[list(FEATURES)], rows["late"])


def ask(model: Pipeline, rows: pd.DataFrame) -> Floats:
    """The probability that each flight is late, shape (rows,)."""
    return model.predict_proba(rows[list(FEATURES)])[:, 1] if len(rows) else np.empty(0)


def _score(model: Pipeline, rows: pd.DataFrame) -> Floats:
    """The logarithm of what each outcome was given; the more, the better."""
    risk = ask(model, rows)
    return np.log(np.maximum(np.where(rows["late"] == 1, risk, 1 - risk), np.finfo(float).eps))
