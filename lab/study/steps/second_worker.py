"""Worker that gives the feature stage a second worker, and nothing else: measured against Amdahl's law."""

import multiprocessing
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from lab.engine.progress import reported
from lab.study.steps.model_costs import SINCE, fill_store, select_recent
from lab.systems import find_system, open_system
from problem.contract import FEATURES, System
from problem.facts import Facts, load_facts
from problem.learner import new_learner
from problem.questions import CUT_OFF, NEW_YORK, questions, scheduled_between

ROUNDS = 3
FORK = multiprocessing.get_context("fork")
"""Workers begin with the facts in memory, so that none pays for loading them."""

Part = Callable[[], object]


def speed_up(folder: Path, steps: Path, names: str) -> None:
    """Wall seconds, by turns: ``speed_up.parquet`` with system, round, one and two (workers for the features), rest
    (what follows them).

    Runs while nothing else does. A worker keeps what it has made to itself: handing it over would cost more.
    """
    facts = select_recent(load_facts().known_at(CUT_OFF))
    turns = [(number, name) for number in range(ROUNDS) for name in names.split(",")[:: -1 if number % 2 else 1]]
    rows = [
        {"system": name, "round": number}
        | _measure(name, facts, folder / f"{number}-{name}")  # libraries remember paths
        for number, name in reported(turns)
    ]
    pd.DataFrame(rows).to_parquet(folder / "speed_up.parquet", index=False)


def _measure(name: str, facts: Facts, home: Path) -> dict[str, float]:
    system = open_system(name, home / "whole")
    asked = scheduled_between(questions(facts, system.modes[0]), SINCE, CUT_OFF)
    whole: list[Part]
    if find_system(name).has_store:
        whole, parts = [lambda: fill_store(name, system, facts)], _split_store(name, facts, home)
    else:
        whole, parts = [lambda: system.training_features(facts, asked)], _split_questions(system, facts, asked)
    one, two = _time_parts(whole), _time_parts(parts)
    rest = _time_rest(name, system, facts, asked)
    shutil.rmtree(home)
    return {"one": one, "two": two, "rest": rest}


def _time_rest(name: str, system: System, facts: Facts, asked: pd.DataFrame) -> float:
    """Seconds of what comes after the features: fitting, and for a system with a store reading and registering too."""
    if find_system(name).has_store:
        fill_store(name, system, facts)
        began = time.perf_counter()
        system.train(facts, asked, "late")
        return time.perf_counter() - began
    table = system.train(facts, asked, "late")
    began = time.perf_counter()
    new_learner("late").fit(table[list(FEATURES)], table["label"])
    return time.perf_counter() - began


def _split_questions(system: System, facts: Facts, asked: pd.DataFrame) -> list[Part]:
    """The first and the second half of the days asked about."""
    days = asked["asked_at"].dt.tz_convert(NEW_YORK).dt.date
    early = days < sorted(set(days))[days.nunique() // 2]
    halves = [asked[half].reset_index(drop=True) for half in (early, ~early)]
    return [lambda half=half: system.training_features(facts, half) for half in halves]  # type: ignore[misc]


def _split_store(name: str, facts: Facts, home: Path) -> list[Part]:
    """Every other feature view."""
    return [lambda half=half: _refresh(name, open_system(name, home / f"half{half}"), facts, half) for half in (0, 1)]  # type: ignore[misc]


def _refresh(name: str, system: System, facts: Facts, half: int) -> None:
    store = system.store  # type: ignore[attr-defined]  # only systems with a store come here
    store.schedules = dict(list(store.schedules.items())[half::2])
    fill_store(name, system, facts)


def _time_parts(parts: list[Part]) -> float:
    """Seconds until every part, each in a process of its own, is done."""
    began = time.perf_counter()
    workers = [FORK.Process(target=part) for part in parts]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("a worker of the feature stage failed")
    return time.perf_counter() - began
