"""Workers that train and serve the systems on the full year."""

import shutil
from pathlib import Path

import pandas as pd

from lab.engine.progress import reported
from lab.sandbox.installations import copy_installation
from lab.systems import open_system
from problem.contract import TARGETS, System
from problem.facts import Facts, load_facts
from problem.questions import CUT_OFF, NEW_YORK, questions, scheduled_between
from problem.replay import replay
from problem.world import World

END = pd.Timestamp("2014-01-02", tz="UTC")
LIVE_DAYS = ("2013-10-07", "2013-10-22", "2013-11-03", "2013-11-14", "2013-11-27", "2013-12-07", "2013-12-20")
"""New York days on which FTI's real-time answers come out of its online store, request by request. Every day of the
week is there once: the Sunday of the autumn clock change, the Wednesday before Thanksgiving, a Friday in Advent."""


def train(folder: Path, steps: Path, name: str) -> None:
    """Train both models for every mode on what is known at the cut-off; ``training.parquet`` holds the late tables."""
    facts, system = load_facts(), open_system(name, folder / "home")
    warehouse = facts.known_at(CUT_OFF)
    system.wake(World(facts, CUT_OFF))
    jobs = [(mode, target) for mode in system.modes for target in TARGETS]
    tables = {}
    for mode, target in reported(jobs):
        tables[mode, target] = system.train(warehouse, scheduled_between(questions(facts, mode), None, CUT_OFF), target)
    late = [table.assign(mode=mode) for (mode, target), table in tables.items() if target == "late"]
    pd.concat(late, ignore_index=True).to_parquet(folder / "training.parquet", index=False)


def serve(folder: Path, steps: Path, name: str) -> None:
    """Replay October to December, then ask the training path the same questions.

    ``served.parquet`` is the log; ``replayed`` tells which rows came out of the running system. ``offline.parquet``
    holds the same questions through the training path, with the same models' predictions on them.
    """
    copy_installation(steps / f"train-{name}" / "home", folder / "home")
    facts, system = load_facts(), open_system(name, folder / "home")
    asked = pd.concat([scheduled_between(questions(facts, mode), CUT_OFF, None) for mode in system.modes])
    asked = asked.sort_values(["asked_at", "flight_id"], ignore_index=True)
    live = asked[_select_live(system, asked)]
    days = live["asked_at"].dt.tz_convert(NEW_YORK).dt.date.nunique()
    log = [day.assign(replayed=True) for day in reported(replay(system, facts, live), days)]
    system.wake(World(facts, END))
    if len(live) < len(asked):
        rest = system.recall(asked.drop(live.index))  # type: ignore[attr-defined]  # only FTI leaves questions over
        log.append(system.predict(rest).assign(replayed=False))
    served = pd.concat(log).sort_values(["asked_at", "mode", "flight_id"], ignore_index=True)
    served.to_parquet(folder / "served.parquet", index=False)
    _ask_training_path(system, facts, asked).to_parquet(folder / "offline.parquet", index=False)
    shutil.rmtree(folder / "home")


def _select_live(system: System, asked: pd.DataFrame) -> pd.Series:
    """Everything, but FTI's real-time questions on stated days only: reading its online store takes milliseconds."""
    day = asked["scheduled_at"].dt.tz_convert(NEW_YORK).dt.strftime("%Y-%m-%d")
    return (asked["mode"] == "batch") | (not hasattr(system, "recall")) | day.isin(LIVE_DAYS)


def _ask_training_path(system: System, facts: Facts, asked: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for mode, rows in asked.groupby("mode"):
        rows = rows.reset_index(drop=True)
        features = system.training_features(facts.known_at(END), rows)
        parts.append(system.predict(features.assign(mode=mode)))
    return pd.concat(parts, ignore_index=True)
