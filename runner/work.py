"""The workers: what each step of the study does, in a process of its own (``python -m runner.work STEP ...``)."""

import shutil
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pandas as pd

from changes.cures import cured_copy, cures_of, run_in
from problem.contract import TARGETS, System
from problem.facts import Facts, load_facts
from problem.fixture import frozen
from problem.oracle import oracle, oracle_at_ages
from problem.questions import CUT_OFF, NEW_YORK, questions, scheduled_between
from problem.replay import replay
from problem.source import MissingData
from problem.world import World
from runner.home import StudyError, readable
from runner.progress import report, reported

MODULES = {
    "monolith": "antipatterns.monolith.system",
    "split": "antipatterns.split.system",
    "fti": "reference.fti.system",
}
END = pd.Timestamp("2014-01-02", tz="UTC")
REAL_WEEKS = ("2013-10-07", "2013-10-28", "2013-12-16")
"""Mondays of the weeks in which FTI's real-time answers come out of its online store, request by request; the second
holds the autumn clock change, the third the way home for Christmas."""
SAMPLE = 1000
ROUNDS = 2
READS_A_STORE = {"fti"}
"""Systems whose training reads what another job has stored before; that job's cost belongs to the first model."""


def open_system(name: str, home: Path) -> System:
    """The system of that name, installed under ``home``."""
    return import_module(MODULES[name]).System(home)


def train(folder: Path, name: str, steps: Path) -> None:
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


def serve(folder: Path, name: str, steps: Path) -> None:
    """Replay October to December, then ask the training path the same questions.

    ``served.parquet`` is the log; ``replayed`` tells which rows came out of the running system. ``offline.parquet``
    holds the same questions through the training path, with the same models' predictions on them.
    """
    shutil.copytree(steps / f"train-{name}" / "home", folder / "home")
    facts, system = load_facts(), open_system(name, folder / "home")
    asked = pd.concat([scheduled_between(questions(facts, mode), CUT_OFF, None) for mode in system.modes])
    asked = asked.sort_values(["asked_at", "flight_id"], ignore_index=True)
    live = asked[_live(name, asked)]
    days = live["asked_at"].dt.tz_convert(NEW_YORK).dt.date.nunique()
    log = [day.assign(replayed=True) for day in reported(replay(system, facts, live), days)]
    system.wake(World(facts, END))
    log += [rest.assign(replayed=False) for rest in _recalled(system, asked.drop(live.index))]
    served = pd.concat(log).sort_values(["asked_at", "mode", "flight_id"], ignore_index=True)
    served.to_parquet(folder / "served.parquet", index=False)
    _offline(system, facts, asked).to_parquet(folder / "offline.parquet", index=False)
    shutil.rmtree(folder / "home")


def _live(name: str, asked: pd.DataFrame) -> pd.Series:
    """Everything, but for FTI's real-time questions outside the stated weeks: reading its store takes milliseconds."""
    weeks = [pd.Timestamp(monday, tz=NEW_YORK) for monday in REAL_WEEKS]
    within = [asked["scheduled_at"].between(week, week + pd.DateOffset(days=7), inclusive="left") for week in weeks]
    return (asked["mode"] == "batch") | (name != "fti") | pd.concat(within, axis=1).any(axis=1)


def _recalled(system: System, asked: pd.DataFrame) -> list[pd.DataFrame]:
    if asked.empty:
        return []
    return [system.predict(system.recall(asked))]  # type: ignore[attr-defined]  # only FTI leaves questions over


def _offline(system: System, facts: Facts, asked: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for mode, rows in asked.groupby("mode"):
        rows = rows.reset_index(drop=True)
        features = system.training_features(facts.known_at(END), rows)
        parts.append(system.predict(features.assign(mode=mode)))
    return pd.concat(parts, ignore_index=True)


def cured(folder: Path, name: str, steps: Path) -> None:
    """The served questions through the training path of a copy of the code with all cures: ``offline.parquet``."""
    with cured_copy(cures_of(name)) as copy:
        run_in(copy, ["-m", "runner.work", "offline", name, str(folder), str(steps)])


def offline(folder: Path, name: str, steps: Path) -> None:
    """The served questions through the training path of the code that runs this."""
    facts, system = load_facts(), open_system(name, folder / "home")
    asked = questions(facts, system.modes[0])
    asked = scheduled_between(asked, CUT_OFF, None)
    features = system.training_features(facts.known_at(END), asked)
    features.assign(mode=system.modes[0]).to_parquet(folder / "offline.parquet", index=False)


def agree(folder: Path, name: str, steps: Path) -> None:
    """Hold random answers against the oracle, each stored feature as of the age the log states for it."""
    served = pd.read_parquet(steps / f"serve-{name}" / "served.parquet")
    served = served[served["replayed"]]
    parts = [rows.sample(SAMPLE, random_state=0) for _, rows in served.groupby("mode")]
    sample = pd.concat(parts, ignore_index=True)
    chunks = [sample.iloc[start : start + 100] for start in range(0, len(sample), 100)]
    truth = pd.concat([oracle_at_ages(load_facts(), chunk) for chunk in reported(chunks)])
    sample.to_parquet(folder / "sample.parquet", index=False)
    truth.assign(mode=sample["mode"]).to_parquet(folder / "oracle.parquet", index=False)


def gate(folder: Path, name: str, steps: Path) -> None:
    """Train on the frozen fixture and serve it, every mode in an installation of its own."""
    modes = open_system(name, folder / "modes").modes
    parts = [_gate(name, folder / mode, mode) for mode in reported(modes)]
    for number, table in enumerate(("training", "served")):
        joined = pd.concat([part[number] for part in parts], ignore_index=True)
        joined.to_parquet(folder / f"{table}.parquet", index=False)


def _gate(name: str, home: Path, mode: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    fixture, system = frozen(load_facts(), mode), open_system(name, home)
    cut_off = fixture.serving["asked_at"].min()
    system.wake(World(fixture.facts, cut_off))
    late, _ = (system.train(fixture.facts.known_at(cut_off), fixture.training, target) for target in TARGETS)
    log = pd.concat(replay(open_system(name, home), fixture.facts, fixture.serving))
    return late.assign(mode=mode), log


def gate_cured(folder: Path, name: str, steps: Path) -> None:
    """The same in a copy of the code with all of the system's cures applied."""
    with cured_copy(cures_of(name)) as copy:
        run_in(copy, ["-m", "runner.work", "gate", name, str(folder), str(steps)])


def oracle_on_fixture(folder: Path, name: str, steps: Path) -> None:
    """The oracle's vectors for every served question of the fixture and every tenth training question."""
    fixture = frozen(load_facts(), "batch")
    asked = pd.concat([fixture.serving, fixture.training.iloc[::10]], ignore_index=True)
    chunks = [asked.iloc[start : start + 200] for start in range(0, len(asked), 200)]
    parts = [oracle(fixture.facts, chunk) for chunk in reported(chunks)]
    pd.concat(parts, ignore_index=True).to_parquet(folder / "oracle.parquet", index=False)


def cost(folder: Path, names: str, steps: Path) -> None:
    """CPU seconds of a first model and of a second one added later, systems interleaved, ``ROUNDS`` times.

    ``cost.parquet``: system, round, stage (``features`` before any model, ``first``, ``second``), seconds.
    """
    jobs = [(number, name) for number in range(ROUNDS) for name in names.split(",")]
    rows = [(name, number, *stage) for number, name in reported(jobs) for stage in _cost(name, folder / "home")]
    pd.DataFrame(rows, columns=["system", "round", "stage", "seconds"]).to_parquet(folder / "cost.parquet", index=False)


def _cost(name: str, home: Path) -> list[tuple[str, float]]:
    facts, system = load_facts(), open_system(name, home)
    warehouse = facts.known_at(CUT_OFF)
    asked = scheduled_between(questions(facts, system.modes[-1]), None, CUT_OFF)

    def _wake() -> None:
        system.wake(World(facts, CUT_OFF))

    seconds = [
        ("features", _cpu_seconds(_wake) if name in READS_A_STORE else 0.0),
        ("first", _cpu_seconds(lambda: system.train(warehouse, asked, "late"))),
        ("second", _cpu_seconds(lambda: system.train(warehouse, asked, "delay"))),
    ]
    shutil.rmtree(home)
    return seconds


def _cpu_seconds(job: Callable[[], object]) -> float:
    before = time.process_time()
    job()
    return time.process_time() - before


JOBS = {job.__name__: job for job in (train, serve, cured, offline, agree, gate, gate_cured, oracle_on_fixture, cost)}


def main(job: str, name: str, folder: str, steps: str) -> int:
    """Run one job; problems the reader can mend become one line on standard error and exit status 2."""
    try:
        report(0, 1)
        JOBS[job](Path(folder), name, Path(steps))
    except (MissingData, StudyError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(readable(error, Path(steps).parent), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
