"""Workers behind the gate G0: random answers against the oracle; all systems on one frozen fixture, and their lines."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from lab.engine.progress import reported
from lab.engine.workspace import REPOSITORY
from lab.sandbox.patched_copy import list_cures, patched_copy
from lab.sandbox.sandbox import Sandbox
from lab.systems import find_system, open_system
from measure.code.lines import lines_run
from problem.contract import TARGETS
from problem.facts import load_facts
from problem.fixture import frozen
from problem.oracle import oracle, oracle_at_ages
from problem.replay import replay
from problem.world import World

SAMPLE = 1000


def compare_with_oracle(folder: Path, steps: Path, name: str) -> None:
    """Hold random answers against the oracle, each stored feature as of the age the log states for it."""
    served = pd.read_parquet(steps / f"serve-{name}" / "served.parquet")
    served = served[served["replayed"]]
    modes = dict(list(served.groupby("mode")))
    parts = [rows.sample(SAMPLE // len(modes), random_state=0) for rows in modes.values()]
    sample = pd.concat(parts, ignore_index=True)
    chunks = [sample.iloc[start : start + 100] for start in range(0, len(sample), 100)]
    truth = pd.concat([oracle_at_ages(load_facts(), chunk) for chunk in reported(chunks)])
    sample.to_parquet(folder / "sample.parquet", index=False)
    truth.assign(mode=sample["mode"]).to_parquet(folder / "oracle.parquet", index=False)


def answer_fixture(folder: Path, steps: Path, name: str) -> None:
    """Train on the frozen fixture and serve it, every mode in an installation of its own."""
    found: dict[str, list[pd.DataFrame]] = {"training": [], "served": []}
    for mode in reported(find_system(name).modes):
        done = {job: call() for job, call in list_fixture_jobs(name, folder / mode, mode).items()}
        found["training"].append(done["training"][0].assign(mode=mode))
        found["served"].append(done["serving"])
        shutil.rmtree(folder / mode)
    for table, parts in found.items():
        pd.concat(parts, ignore_index=True).to_parquet(folder / f"{table}.parquet", index=False)


def list_fixture_jobs(name: str, home: Path, mode: str) -> dict[str, Callable[[], Any]]:
    """The jobs of a system in one mode on the frozen fixture, in ``home``, in the order in which they are to be run.

    ``features``; ``training`` gives the table of each model, the late one first; ``serving`` gives the log.
    """
    fixture, system = frozen(load_facts(), mode), open_system(name, home)
    facts, cut_off = fixture.facts, fixture.serving["asked_at"].min()
    return {
        "features": lambda: system.wake(World(facts, cut_off)),
        "training": lambda: [system.train(facts.known_at(cut_off), fixture.training, target) for target in TARGETS],
        "serving": lambda: pd.concat(replay(open_system(name, home), facts, fixture.serving)),
    }


def answer_fixture_cured(folder: Path, steps: Path, name: str) -> None:
    """The same in a copy of the code with all of the system's cures applied."""
    with patched_copy(list_cures(name)) as copy:
        Sandbox(copy).call("lab.study.steps.gate_answers:answer_fixture", folder=folder, name=name, steps=steps)


def trace_lines(folder: Path, steps: Path, name: str) -> None:
    """Which lines run in which job, when the fixture is trained on and served in every mode.

    ``lines.parquet``: job (``features``, ``training`` or ``serving``), file (from the repository's root), line.
    """
    system, found = find_system(name), []
    for mode in reported(system.modes):
        for job, call in list_fixture_jobs(name, folder / mode, mode).items():
            found += [(job, str(file.relative_to(REPOSITORY)), line) for file, line in lines_run(call, system.code)]
        shutil.rmtree(folder / mode)
    columns = ["job", "file", "line"]
    table = pd.DataFrame(found, columns=columns).drop_duplicates().sort_values(columns, ignore_index=True)
    table.to_parquet(folder / "lines.parquet")


def ask_oracle(folder: Path, steps: Path) -> None:
    """The oracle's vectors for every served question of the fixture and every tenth training question."""
    fixture = frozen(load_facts(), "batch")
    asked = pd.concat([fixture.serving, fixture.training.iloc[::10]], ignore_index=True)
    chunks = [asked.iloc[start : start + 200] for start in range(0, len(asked), 200)]
    parts = [oracle(fixture.facts, chunk) for chunk in reported(chunks)]
    pd.concat(parts, ignore_index=True).to_parquet(folder / "oracle.parquet", index=False)
