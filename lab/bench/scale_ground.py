"""The ground of one size: its facts and questions as files, and what the stages made of them."""

from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from lab.bench.replicas import YEAR, replicated
from problem.facts import Facts, load_facts
from problem.questions import CUT_OFF, questions, scheduled_between
from reference.systems.fti.stores import FeatureStore

END = pd.Timestamp("2014-01-02", tz="UTC")


@dataclass(frozen=True)
class Ground:
    """The folder of one size: the facts and questions, and what the stages made of them."""

    folder: Path

    @property
    def copies(self) -> int:
        return int(self.folder.name)

    @property
    def end(self) -> pd.Timestamp:
        return END + (self.copies - 1) * YEAR

    @property
    def cut_off(self) -> pd.Timestamp:
        return CUT_OFF + (self.copies - 1) * YEAR

    def facts(self) -> Facts:
        names = [field.name for field in fields(Facts)]
        return Facts(**{name: pd.read_parquet(self.folder / f"{name}.parquet") for name in names})

    def asked(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.folder / f"asked_{name}.parquet")

    def store(self) -> FeatureStore:
        return FeatureStore(self.folder / "home" / "features")


def world(ground: Ground) -> None:
    """Not measured: write the facts of so many years, and the questions of every stage."""
    ground.folder.mkdir(parents=True, exist_ok=True)
    facts = replicated(load_facts(), ground.copies)
    for field in fields(Facts):
        getattr(facts, field.name).to_parquet(ground.folder / f"{field.name}.parquet", index=False)
    known = facts.outcomes.loc[facts.outcomes["known_at"] <= ground.cut_off, ["flight_id", "late"]]
    training = scheduled_between(questions(facts, "real_time"), None, ground.cut_off)
    training.merge(known.rename(columns={"late": "label"})).to_parquet(ground.folder / "asked_training.parquet")
    nights = questions(facts, "batch")
    nights.to_parquet(ground.folder / "asked_nights.parquet")
    nights[nights["asked_at"] == nights["asked_at"].max()].to_parquet(ground.folder / "asked_night.parquet")
