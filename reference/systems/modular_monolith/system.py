"""The delay predictor, one batch program in modules.

It began as a notebook that ranked tomorrow's flights for the operations desk. When it went into production the team
took the features out into a module of their own, and made each question carry the instant it is asked at. So the
training run and the nightly run at 22:00 call one function and differ in the questions that they hand to it.
"""

from pathlib import Path

import pandas as pd

from problem.contract import Mode, Request, Target, Vector
from problem.facts import Facts
from problem.world import World
from reference.systems.modular_monolith import inference, training
from reference.systems.modular_monolith.features import features


class System:
    """The modular monolith behind the common door; answers batch questions only. Models are files under ``home``."""

    name = "modular_monolith"
    modes: tuple[Mode, ...] = ("batch",)

    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)

    def wake(self, world: World) -> None:
        """Nothing runs between the nights."""

    def training_features(self, warehouse: Facts, asked: pd.DataFrame) -> pd.DataFrame:
        """See the contract."""
        return features(warehouse, asked)

    def train(self, warehouse: Facts, asked: pd.DataFrame, target: Target) -> pd.DataFrame:
        """See the contract."""
        return training.train(warehouse, asked, target, self.home)

    def look_up(self, world: World, asked: list[Request]) -> list[Vector]:
        """See the contract."""
        return inference.vectors(world.warehouse, asked).to_dict("records")

    def predict(self, vectors: pd.DataFrame) -> pd.DataFrame:
        """See the contract."""
        return inference.predict(vectors, self.home)
