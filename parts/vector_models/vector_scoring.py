"""Models out of folders, asked about many rows at once, by scikit-learn."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from parts.model_folder.model_folder import ModelFolder
from problem.contract import CATEGORIES, FEATURES
from problem.too_big import Row

Score = Callable[[Sequence[Row]], list[float]]
"""From rows to the probability that each flight is late, in order."""


class Scorer(NamedTuple):
    """A model in force, and which one it is."""

    version: str
    score: Score


def open_pipeline(folder: Path) -> Scorer:
    """The model in force as it was fitted; raises ``NoModel``."""
    version, model = read_in_force(folder)
    return Scorer(version, by_pipeline(model))


def read_in_force(folder: Path) -> tuple[str, Any]:
    """Version and model; raises ``NoModel``."""
    models = ModelFolder(folder)
    version = models.find_in_force()
    return f"{folder.name}/{version}", models.load(version)


def by_pipeline(model: Any) -> Score:
    """Ask a fitted pipeline."""
    return lambda rows: [float(risk) for risk in model.predict_proba(make_table(rows))[:, 1]]


def make_table(rows: Sequence[Row]) -> pd.DataFrame:
    """The rows as a pipeline takes them: numbers as such, NaN for None."""
    kinds = {name: object if name in CATEGORIES else float for name in FEATURES}
    return pd.DataFrame({name: np.array([row[name] for row in rows], dtype=kind) for name, kind in kinds.items()})
