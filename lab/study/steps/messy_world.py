"""Worker of the messy world: every system trained and served with each trouble alone, and with all of them."""

import shutil
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from lab.engine.progress import reported
from lab.sandbox.installations import copy_installation
from lab.study.day_blocks import add_outcomes
from lab.study.steps.full_year import END
from lab.systems import find_system, open_system
from measure.data.ablation import sum_arm
from measure.data.skew import row_skew
from problem.contract import FEATURES, KEYS, Mode, Request, System, Target, Vector
from problem.facts import Facts, load_facts
from problem.messy_facts import CORRECTED, LATE, LOST, SLOW, TROUBLES, MessyFacts, MessyWorld, Rates, make_messy
from problem.questions import CUT_OFF, NEW_YORK, questions, scheduled_between
from problem.replay import replay
from problem.world import World

ON = list(KEYS)
RATES = Rates()
NONE, ALL, AGAIN = "none", "all", f"{CORRECTED}, filled again"
ARMS: dict[str, tuple[str, ...]] = {NONE: (), **{trouble: (trouble,) for trouble in TROUBLES}, ALL: TROUBLES}
"""By arm its troubles. A store has one more, ``AGAIN``: corrections, and training reads a history that was filled anew
at the end."""
EVERY_DAYS = 3
"""The questions asked on one New York day in so many are replayed, the same for all systems: the arms' length allows no
more. It is no divisor of a week, so every weekday is there."""
IN_WAREHOUSE = {LATE, CORRECTED}
"""Troubles that training sees; with the others alone it sees the kind world, and the study's own models serve."""


class MessyDoor:
    """A system behind its door in a messy world: whatever its jobs read and write takes ``lag`` until it is there.

    Its clock and its questions are those of the world that it is handed; what it can know then is ours.
    """

    def __init__(self, system: System, facts: MessyFacts, troubles: Collection[str], rates: Rates = RATES) -> None:
        self.system, self.name, self.modes = system, system.name, system.modes
        self.lag = rates.lag if SLOW in troubles else pd.Timedelta(0)
        self.facts, self._lost = facts, rates.lost if LOST in troubles else 0.0
        self._behind: MessyWorld | None = None

    def wake(self, world: World) -> None:
        """See the contract."""
        self.system.wake(self.follow(world.now))

    def look_up(self, world: World, asked: list[Request]) -> list[Vector]:
        """See the contract."""
        return self.system.look_up(self.follow(world.now), asked)

    def predict(self, vectors: pd.DataFrame) -> pd.DataFrame:
        """See the contract."""
        return self.system.predict(vectors)

    def training_features(self, warehouse: Facts, asked: pd.DataFrame) -> pd.DataFrame:
        """See the contract. Training comes later: by then all that was written is there."""
        return self.system.training_features(warehouse, asked)

    def train(self, warehouse: Facts, asked: pd.DataFrame, target: Target) -> pd.DataFrame:
        """See the contract."""
        return self.system.train(warehouse, asked, target)

    def follow(self, now: pd.Timestamp) -> MessyWorld:
        """The world as the system sees it at ``now``."""
        self._behind = self._behind or MessyWorld(self.facts, now - self.lag, self._lost)
        self._behind.move_to(now - self.lag)
        return self._behind


Compared = tuple[pd.DataFrame, pd.DataFrame]
"""An arm's answers in one mode as sums by day, and the share of rows on which each feature is skewed."""


def live_in_messy_worlds(folder: Path, steps: Path, name: str) -> None:
    """Train on what is known at the cut-off, serve October to December, and ask the training path the same questions.

    ``arms.parquet``: arm, mode, and by day what ``measure.data.ablation.sum_arm`` says of the answers.
    ``features.parquet``: arm, mode, feature, skewed (share of rows). The outcomes are those of the kind world.
    """
    found = []
    arms = list_arms(find_system(name).modes)
    for arm, troubles in reported(arms.items(), len(arms)):
        facts = make_messy(load_facts(), troubles, RATES)
        home = install(steps, name, folder, arm)
        door = MessyDoor(open_system(name, home), facts, troubles)
        train_again(door, facts, troubles)
        asked = list_questions(door.modes)
        served = pd.concat(replay(door, facts, asked))
        found += compare_sides(arm, ask_training_path(door, facts, asked), served)
        shutil.rmtree(home)
    write_sums(folder, found)


def install(steps: Path, name: str, folder: Path, arm: str) -> Path:
    """A copy of the trained system for an arm, each in a place of its own: MLflow keeps databases open by path."""
    return copy_installation(steps / f"train-{name}" / "home", folder / arm.replace(" ", "_"))


def list_arms(modes: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The arms of a system that answers such questions: what answers no requests has no online state to lose."""
    return {arm: troubles for arm, troubles in ARMS.items() if arm != LOST or "real_time" in modes}


def train_again(door: MessyDoor, facts: MessyFacts, troubles: Collection[str]) -> None:
    """Fit the models of ``late`` anew where the warehouse at the cut-off is another than in the kind world."""
    if IN_WAREHOUSE & {*troubles}:
        for mode in door.modes:
            door.train(facts.known_at(CUT_OFF), scheduled_between(questions(facts, mode), None, CUT_OFF), "late")


def list_questions(modes: tuple[Mode, ...], every_days: int = EVERY_DAYS) -> pd.DataFrame:
    """The questions of one day in ``every_days`` about flights from the cut-off on, in the order asked."""
    asked = pd.concat([scheduled_between(questions(load_facts(), mode), CUT_OFF, None) for mode in modes])
    asked = asked[asked["asked_at"].dt.tz_convert(NEW_YORK).dt.dayofyear % every_days == 1 % every_days]
    return asked.sort_values(["asked_at", "flight_id"], ignore_index=True)


def ask_training_path(door: MessyDoor, facts: Facts, asked: pd.DataFrame) -> pd.DataFrame:
    """The questions as training would see them at the end, answered by the models that served."""
    parts = []
    for mode, rows in asked.groupby("mode"):
        features = door.training_features(facts.known_at(END), rows.reset_index(drop=True))
        parts.append(door.predict(features.assign(mode=mode)))
    return pd.concat(parts, ignore_index=True)


def compare_sides(arm: str, offline: pd.DataFrame, served: pd.DataFrame) -> list[Compared]:
    """Per mode, the sums by day and the skewed features of an arm's answers on both sides."""
    found = []
    for mode, trained in offline.groupby("mode"):
        answers = served[served["mode"] == mode]
        result = row_skew(trained, answers, ON, list(FEATURES))
        believed = trained[[*ON, "prediction"]].rename(columns={"prediction": "believed"})
        rows = result.by_row.merge(believed, on=ON).merge(answers[[*ON, "prediction"]], on=ON)
        rows = add_outcomes(rows.rename(columns={"prediction": "served"})).assign(row=rows["flight_id"])
        features = result.per_feature[["feature", "skewed"]]
        found.append((sum_arm(rows).assign(arm=arm, mode=mode), features.assign(arm=arm, mode=mode)))
    return found


def write_sums(folder: Path, found: list[Compared]) -> None:
    """Put the tables of ``compare_sides`` under each other."""
    for number, table in enumerate(("arms", "features")):
        every = pd.concat([tables[number] for tables in found], ignore_index=True)
        every.to_parquet(folder / f"{table}.parquet", index=False)
