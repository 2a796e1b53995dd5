"""What a fault finds: a system's home in a fresh copy, the facts of the world, and when things happen."""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from lab.changes.replay_dataset import ROLLED_OUT, ReplayDataset
from lab.faults.anatomy import Anatomy, describe_anatomy
from lab.systems import StudiedSystem, find_system, open_system
from problem.contract import Mode, System
from problem.facts import Facts

ASKED_AT_ONCE = 5
"""Questions that one instant must have to be taken for the test."""


@dataclass(frozen=True)
class Scene:
    """One system about to do one job. ``facts`` is what it can see of the world; ``ground`` holds the true ones."""

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
    def anatomy(self) -> Anatomy:
        """Where its parts lie."""
        return describe_anatomy(self.name)

    @property
    def mode(self) -> Mode:
        """The kind of question asked: the job's own, or the first that the system answers."""
        modes: tuple[Mode, ...] = ("batch", "real_time")
        answered = [mode for mode in modes if mode in self.anatomy.jobs]
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
