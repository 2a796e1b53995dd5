"""The delay predictor as three pipelines that meet in a feature store and a model registry; batch and real time."""

from pathlib import Path

import pandas as pd

from problem.contract import Mode, Request, Target, Vector
from problem.facts import Facts
from problem.world import World
from reference.systems.fti import features, inference, training
from reference.systems.fti.registry import ModelRegistry
from reference.systems.fti.stores import FeatureStore


class System:
    """FTI behind the common door; answers batch and real-time questions. One model per target and mode."""

    name = "fti"
    modes: tuple[Mode, ...] = ("batch", "real_time")

    def __init__(self, home: Path) -> None:
        self.store = FeatureStore(home / "features")
        self.registry = ModelRegistry(home / "registry", self.store.features)

    def wake(self, world: World) -> None:
        """The feature pipeline renews the views that are due."""
        features.refresh(self.store, world.warehouse, world.now)

    def training_features(self, warehouse: Facts, asked: pd.DataFrame) -> pd.DataFrame:
        """See the contract. Reads what the feature pipeline has stored; the warehouse is not looked at."""
        return training.training_features(self.store, asked)

    def train(self, warehouse: Facts, asked: pd.DataFrame, target: Target) -> pd.DataFrame:
        """See the contract."""
        name = f"{target}_{asked['mode'].iloc[0]}"
        return training.train(self.store, self.registry, name, asked, warehouse.outcomes, target)

    def look_up(self, world: World, asked: list[Request]) -> list[Vector]:
        """See the contract. Batch questions are read from the history, each real-time one from the online store.

        The questions of one call are all of one mode.
        """
        if asked[0].mode == "batch":
            return inference.batch_vectors(self.store, pd.DataFrame(asked)).to_dict("records")
        return [inference.online_vector(self.store, request) for request in asked]

    def recall(self, asked: pd.DataFrame) -> pd.DataFrame:
        """The vectors ``look_up`` would have given at past instants, read from the history in one go.

        Online rows are what the history held at the instant asked; a test holds both ways equal.
        """
        return inference.batch_vectors(self.store, asked)

    def predict(self, vectors: pd.DataFrame) -> pd.DataFrame:
        """See the contract."""
        return inference.predict(self.registry, vectors)
