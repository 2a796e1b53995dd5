"""Training: fits a model on the questions whose outcome is known by now, and keeps it."""

from pathlib import Path

import pandas as pd

from problem.contract import FEATURES, Target
from problem.facts import Facts
from problem.learner import new_learner
from reference.systems.modular_monolith.features import features
from reference.systems.modular_monolith.models import Model, keep


def train(facts: Facts, asked: pd.DataFrame, target: Target, home: Path) -> pd.DataFrame:
    """Fit and keep the model for the target; returns the training table, which is ``features`` with ``label``."""
    table = features(facts, asked).merge(_labels(facts, target), on="flight_id", validate="many_to_one")
    learner = new_learner(target).fit(table[list(FEATURES)], table["label"])
    keep(home, target, Model(learner, f"{target}@{table['asked_at'].max():%Y-%m-%d}"))
    return table


def _labels(facts: Facts, target: Target) -> pd.DataFrame:
    outcomes = facts.outcomes.rename(columns={"dep_delay": "delay"})
    return outcomes[["flight_id", target]].rename(columns={target: "label"}).dropna()
