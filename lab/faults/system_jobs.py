"""The jobs of a system, run as its operator would: each in a start of its own."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from lab.faults.scene import Scene
from problem.contract import VECTOR, System, requests
from problem.world import World


def refresh(scene: Scene) -> None:
    """Run the feature job, for a system that has one, and put on disk what it holds back."""
    if "features" not in scene.anatomy.jobs:
        return
    system: Any = scene.open()
    system.wake(World(scene.facts, scene.now))
    system.store.flush()


def train(scene: Scene) -> pd.DataFrame:
    """Fit the model ``late`` anew; its training table."""
    return scene.open().train(_read_warehouse(scene), scene.past, "late")


def answer(scene: Scene) -> pd.DataFrame:
    """The answers to the scene's questions, by a system started for them; no feature job runs."""
    system = scene.open()
    return system.predict(look_up(scene, system))


def look_up(scene: Scene, system: System) -> pd.DataFrame:
    """The vectors for the scene's questions."""
    vectors = system.look_up(World(scene.facts, scene.now), requests(scene.asked))
    return pd.DataFrame(vectors, columns=list(VECTOR))


def predict_late(system: System, table: pd.DataFrame) -> pd.Series:
    """What the models in force say to these vectors."""
    return system.predict(table[list(VECTOR)])["prediction"]


def _read_warehouse(scene: Scene) -> Any:
    return World(scene.facts, scene.now).warehouse


JOBS: dict[str, Callable[[Scene], pd.DataFrame | None]] = {
    "features": refresh,
    "training": train,
    "batch": answer,
    "real_time": answer,
}
