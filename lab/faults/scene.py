"""What a fault finds: a system in a fresh copy about to do one job, the facts of the world, and when things happen."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from lab.changes.replay_dataset import ROLLED_OUT, ReplayDataset
from lab.systems import StudiedSystem, find_system, open_system
from problem.contract import VECTOR, Mode, System, requests
from problem.facts import Facts
from problem.world import World

WRITERS = ("features", "training")
"""Jobs that leave something behind for others."""
ASKED_AT_ONCE = 5
"""Questions that one instant must have to be taken for the test."""


def list_jobs(name: str) -> tuple[str, ...]:
    """What runs by itself in a system: a job for features if it has a store, training, and each kind of question."""
    system = find_system(name)
    return (*(WRITERS if system.has_store else WRITERS[1:]), *system.modes)


@dataclass(frozen=True)
class Scene:
    """One system about to do one job. ``facts`` is what it can see of the world; ``ground`` holds the true ones.

    Its jobs run as its operator would run them: each in a start of its own.
    """

    name: str
    job: str
    home: Path
    ground: ReplayDataset
    facts: Facts

    @property
    def system(self) -> StudiedSystem:
        """What its card says."""
        return find_system(self.name)

    @property
    def store(self) -> Path:
        """The folder of stored features, of a system that has a store; ``online.db`` in it holds the latest values."""
        return self.home / "features"

    @property
    def mode(self) -> Mode:
        """The kind of question asked: the job's own, or the first that the system answers."""
        modes: tuple[Mode, ...] = ("batch", "real_time")
        answered = [mode for mode in modes if mode in self.system.modes]
        return next((mode for mode in answered if mode == self.job), answered[0])

    @property
    def now(self) -> pd.Timestamp:
        """When the job runs: training at noon, all others when the questions come in."""
        return ROLLED_OUT if self.job == "training" else self.asked["asked_at"].iloc[0]

    @property
    def asked(self) -> pd.DataFrame:
        """The questions of the first instant that has enough of them."""
        asked = self.ground.asked[self.ground.asked["mode"] == self.mode]
        enough = asked.groupby("asked_at")["flight_id"].transform("size") >= ASKED_AT_ONCE
        return asked[asked["asked_at"] == asked.loc[enough, "asked_at"].min()].reset_index(drop=True)

    @property
    def past(self) -> pd.DataFrame:
        """The questions that models are fitted on."""
        past = self.ground.past[self.ground.past["mode"] == self.mode]
        return past[past["asked_at"] <= self.now].reset_index(drop=True)

    def open(self) -> System:
        """Start the system."""
        return open_system(self.name, self.home)

    def seeing(self, facts: Facts) -> "Scene":
        """The same scene in which the system sees these facts instead."""
        return replace(self, facts=facts)

    def run_job(self) -> pd.DataFrame | None:
        """Run the job; what it gives: a training table or answers, and nothing if it makes features."""
        if self.job != "features":
            return self.train() if self.job == "training" else self.answer()
        self.refresh()
        return None

    def refresh(self) -> None:
        """Run the feature job, for a system that has one, and put on disk what it holds back."""
        if self.system.has_store:
            system: Any = self.open()
            system.wake(World(self.facts, self.now))
            system.store.flush()

    def train(self) -> pd.DataFrame:
        """Fit the model ``late`` anew; its training table."""
        return self.open().train(World(self.facts, self.now).warehouse, self.past, "late")

    def answer(self) -> pd.DataFrame:
        """The answers to the scene's questions, by a system started for them; no feature job runs."""
        system = self.open()
        return system.predict(self.look_up(system))

    def look_up(self, system: System) -> pd.DataFrame:
        """The vectors for the scene's questions."""
        vectors = system.look_up(World(self.facts, self.now), requests(self.asked))
        return pd.DataFrame(vectors, columns=list(VECTOR))

    def predict_late(self, table: pd.DataFrame) -> pd.Series:
        """What the models in force say to these vectors."""
        return self.open().predict(table[list(VECTOR)])["prediction"]
