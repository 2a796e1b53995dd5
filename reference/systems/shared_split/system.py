"""The delay predictor as two programs: one trains offline, the other answers online, with one feature library in both.

It used to be two programs written apart from the same specification. After an incident the teams put the feature
functions into a library with a version; which rows a function gets to see is still for each program to find out.
"""

from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from problem.contract import AGES, KEYS, Mode, Request, Target, Vector
from problem.facts import Facts
from problem.world import World
from reference.systems.shared_split import offline, online


class System:
    """The shared split behind the common door; answers real-time questions only. Models are files under ``home``."""

    name = "shared_split"
    modes: tuple[Mode, ...] = ("real_time",)

    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        self.state: online.State | None = None

    @cached_property
    def models(self) -> dict[str, Any]:
        """The models as they were when the service was started."""
        return online.load_models(self.home)

    def wake(self, world: World) -> None:
        """The service takes in the stream."""
        self.state = self.state or online.State(world.warehouse.planes)
        for event in world.stream():
            self.state.observe(event)

    def training_features(self, warehouse: Facts, asked: pd.DataFrame) -> pd.DataFrame:
        """See the contract."""
        return offline.training_features(warehouse, asked)

    def train(self, warehouse: Facts, asked: pd.DataFrame, target: Target) -> pd.DataFrame:
        """See the contract."""
        return offline.train(warehouse, asked, target, self.home)

    def look_up(self, world: World, asked: list[Request]) -> list[Vector]:
        """See the contract. The state is as fresh as the last event, so every age is 0."""
        self.wake(world)
        assert self.state is not None  # wake has made it
        ages = dict.fromkeys(AGES, 0.0)
        names = (*KEYS, "mode")
        return [{n: getattr(r, n) for n in names} | self.state.features(r) | ages for r in asked]

    def predict(self, vectors: pd.DataFrame) -> pd.DataFrame:
        """See the contract."""
        return online.predict(vectors, self.models)
