"""Inference: the vectors of a night's questions, and what the kept models say to them."""

from pathlib import Path

import pandas as pd

from problem.contract import AGES, FEATURES, VECTOR, Request
from problem.facts import Facts
from reference.systems.modular_monolith.features import features
from reference.systems.modular_monolith.models import load


def vectors(facts: Facts, asked: list[Request]) -> pd.DataFrame:
    """The vectors (``VECTOR``) in the order asked; computed as of the question, so every age is 0."""
    questions = pd.DataFrame(asked)
    return features(facts, questions).assign(mode=questions["mode"], **dict.fromkeys(AGES, 0.0))[list(VECTOR)]


def predict(vectors: pd.DataFrame, home: Path) -> pd.DataFrame:
    """The vectors with both models' predictions and versions."""
    late, delay = load(home, "late"), load(home, "delay")
    return vectors.assign(
        prediction=late.learner.predict_proba(vectors[list(FEATURES)])[:, 1],
        model_version=late.version,
        prediction_delay=delay.learner.predict(vectors[list(FEATURES)]),
        model_version_delay=delay.version,
    )
