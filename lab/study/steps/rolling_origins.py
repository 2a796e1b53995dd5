"""Worker of the rolling-origin worlds: train on three months, serve the next, nine times over the year."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lab.engine.progress import reported
from lab.sandbox.installations import copy_installation
from lab.study.steps.full_year import END
from lab.systems import open_system
from measure.data.scores import log_losses
from problem.contract import VECTOR, Mode, System
from problem.facts import Facts, load_facts
from problem.questions import CUT_OFF, NEW_YORK, questions, scheduled_between
from problem.replay import look_ups
from problem.world import World

ORIGINS = [pd.Timestamp(f"2013-{month:02d}-01", tz=NEW_YORK).tz_convert("UTC") for month in range(4, 13)]
MONTHS = 3
"""How many months before an origin the models of its world are fitted on: as many in every world."""


def train_worlds(folder: Path, steps: Path, name: str) -> None:
    """Every world's losses: ``worlds.parquet`` with origin, mode, the number of ``answers``, and the mean log loss in
    nats that was ``believed`` and ``served``.

    Served vectors do not depend on the model, so one replay of the year feeds all worlds. FTI's real-time vectors are
    read from its store's history.
    """
    copy_installation(steps / f"train-{name}" / "home", folder / "home")
    facts, system = load_facts(), open_system(name, folder / "home")
    if hasattr(system, "recall"):  # it can say what it would have looked up in the past
        system.wake(World(facts, END))
    sides = {mode: _read_sides(system, name, facts, mode, steps) for mode in reported(system.modes)}
    jobs = [(origin, mode) for origin in ORIGINS for mode in system.modes]
    found = [_train_world(system, facts, origin, mode, *sides[mode]) for origin, mode in reported(jobs)]
    pd.DataFrame(found).to_parquet(folder / "worlds.parquet", index=False)
    shutil.rmtree(folder / "home")


def _read_sides(system: System, name: str, facts: Facts, mode: Mode, steps: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Offline and served vectors of every question from the first origin on."""
    asked = scheduled_between(questions(facts, mode), ORIGINS[0], None)
    offline = system.training_features(facts.known_at(END), asked).assign(mode=mode)
    logged = pd.read_parquet(steps / f"serve-{name}" / "served.parquet", columns=list(VECTOR))
    before = scheduled_between(asked, None, CUT_OFF)
    early = [system.recall(before)] if hasattr(system, "recall") else look_ups(system, facts, before)
    served = pd.concat([*early, logged[logged["mode"] == mode]])
    return offline.set_index("flight_id", drop=False), served.set_index("flight_id", drop=False)


def _train_world(
    system: System, facts: Facts, origin: pd.Timestamp, mode: Mode, offline: pd.DataFrame, served: pd.DataFrame
) -> dict[str, Any]:
    local = origin.tz_convert(NEW_YORK)
    start, end = (local + pd.DateOffset(months=months) for months in (-MONTHS, 1))
    asked = questions(facts, mode)
    system.train(facts.known_at(origin), scheduled_between(asked, start, origin), "late")
    month = scheduled_between(asked, origin, end)["flight_id"]
    late = facts.outcomes.set_index("flight_id")["late"].astype(bool).loc[month].to_numpy()
    world = {"origin": origin, "mode": mode, "answers": len(month)}
    for side, vectors in (("believed", offline), ("served", served)):
        predicted = system.predict(vectors.loc[month].reset_index(drop=True))["prediction"]
        world[side] = log_losses(late, predicted.to_numpy(np.float64)).mean()
    return world
