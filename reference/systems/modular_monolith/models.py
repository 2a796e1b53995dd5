"""Where models are kept: one file per target, the learner with its version."""

from pathlib import Path
from typing import NamedTuple

import joblib
from sklearn.pipeline import Pipeline

from problem.contract import Target


class Model(NamedTuple):
    """A fitted learner, and the target and day of the newest question that it was fitted on."""

    learner: Pipeline
    version: str


def keep(home: Path, target: Target, model: Model) -> None:
    """Keep the model under ``home`` in the place of the one before."""
    part = home / f"{target}.part"  # tonight's run must never find half a model
    joblib.dump(model, part)
    part.replace(_file(home, target))


def load(home: Path, target: Target) -> Model:
    """The model kept last; raises ``FileNotFoundError`` if there is none."""
    return joblib.load(_file(home, target))


def _file(home: Path, target: Target) -> Path:
    return home / f"{target}.joblib"
