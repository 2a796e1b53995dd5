"""Training pipeline: reads stored features as of each past question, fits a model, puts it into the registry."""

import pandas as pd

from problem.contract import FEATURES, Target
from problem.learner import new_learner
from reference.systems.fti.on_demand import complete
from reference.systems.fti.registry import ModelRegistry
from reference.systems.fti.stores import FeatureStore


def training_features(store: FeatureStore, asked: pd.DataFrame) -> pd.DataFrame:
    """``flight_id``, ``asked_at`` and the feature vector of each question, as of its instant, in the order asked."""
    vectors = complete(dict(asked), dict(store.read_history(asked)))
    return pd.DataFrame({"flight_id": asked["flight_id"], "asked_at": asked["asked_at"], **vectors}, index=asked.index)


def train(
    store: FeatureStore, registry: ModelRegistry, name: str, asked: pd.DataFrame, outcomes: pd.DataFrame, target: Target
) -> pd.DataFrame:
    """Fit and register ``name`` on the questions with a known outcome; returns the training table with ``label``."""
    labels = outcomes.rename(columns={"dep_delay": "delay"}).rename(columns={target: "label"})
    labels = labels[["flight_id", "label"]].dropna()
    labelled = asked.merge(labels, on="flight_id")
    table = training_features(store, labelled.drop(columns="label")).assign(label=labelled["label"])
    registry.register(name, new_learner(target).fit(table[list(FEATURES)], table["label"]))
    return table
