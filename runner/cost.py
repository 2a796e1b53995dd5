"""Worker that measures what a second model costs."""

import shutil
from pathlib import Path

import pandas as pd

from measure.reuse import cpu_seconds
from problem.facts import load_facts
from problem.questions import CUT_OFF, questions, scheduled_between
from problem.world import World
from runner.progress import reported
from runner.serving import open_system

ROUNDS = 2
READS_A_STORE = {"fti"}
"""Systems whose training reads what another job has stored before; that job's cost belongs to the first model."""


def cost(folder: Path, names: str, steps: Path) -> None:
    """CPU seconds of a first model and of a second one added later, systems interleaved, ``ROUNDS`` times.

    ``cost.parquet``: system, round, stage (``features`` before any model, ``first``, ``second``), seconds.
    """
    jobs = [(number, name) for number in range(ROUNDS) for name in names.split(",")]
    homes = {job: folder / "-".join(map(str, job)) for job in jobs}  # one a round: libraries remember paths
    rows = [(name, number, *stage) for number, name in reported(jobs) for stage in _cost(name, homes[number, name])]
    pd.DataFrame(rows, columns=["system", "round", "stage", "seconds"]).to_parquet(folder / "cost.parquet", index=False)


def _cost(name: str, home: Path) -> list[tuple[str, float]]:
    facts, system = load_facts(), open_system(name, home)
    warehouse = facts.known_at(CUT_OFF)
    asked = scheduled_between(questions(facts, system.modes[-1]), None, CUT_OFF)

    def _wake() -> None:
        system.wake(World(facts, CUT_OFF))

    seconds = [
        ("features", cpu_seconds(_wake) if name in READS_A_STORE else 0.0),
        ("first", cpu_seconds(lambda: system.train(warehouse, asked, "late"))),
        ("second", cpu_seconds(lambda: system.train(warehouse, asked, "delay"))),
    ]
    shutil.rmtree(home)
    return seconds
