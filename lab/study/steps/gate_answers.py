"""Workers behind the gate G0: random answers against the oracle, and all systems on one frozen fixture."""

import shutil
from pathlib import Path

import pandas as pd

from lab.engine.progress import reported
from lab.sandbox.patched_copy import list_cures, patched_copy
from lab.sandbox.sandbox import Sandbox
from lab.systems import open_system
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
    modes = open_system(name, folder / "modes").modes
    parts = [_gate(name, folder / mode, mode) for mode in reported(modes)]
    for number, table in enumerate(("training", "served")):
        joined = pd.concat([part[number] for part in parts], ignore_index=True)
        joined.to_parquet(folder / f"{table}.parquet", index=False)
    for home in ("modes", *modes):
        shutil.rmtree(folder / home)


def _gate(name: str, home: Path, mode: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    fixture, system = frozen(load_facts(), mode), open_system(name, home)
    cut_off = fixture.serving["asked_at"].min()
    system.wake(World(fixture.facts, cut_off))
    late, _ = (system.train(fixture.facts.known_at(cut_off), fixture.training, target) for target in TARGETS)
    log = pd.concat(replay(open_system(name, home), fixture.facts, fixture.serving))
    return late.assign(mode=mode), log


def answer_fixture_cured(folder: Path, steps: Path, name: str) -> None:
    """The same in a copy of the code with all of the system's cures applied."""
    with patched_copy(list_cures(name)) as copy:
        Sandbox(copy).call("lab.study.steps.gate_answers:answer_fixture", folder=folder, name=name, steps=steps)


def ask_oracle(folder: Path, steps: Path) -> None:
    """The oracle's vectors for every served question of the fixture and every tenth training question."""
    fixture = frozen(load_facts(), "batch")
    asked = pd.concat([fixture.serving, fixture.training.iloc[::10]], ignore_index=True)
    chunks = [asked.iloc[start : start + 200] for start in range(0, len(asked), 200)]
    parts = [oracle(fixture.facts, chunk) for chunk in reported(chunks)]
    pd.concat(parts, ignore_index=True).to_parquet(folder / "oracle.parquet", index=False)
