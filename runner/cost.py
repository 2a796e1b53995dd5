"""Worker that measures what a second model costs."""

import shutil
from pathlib import Path

import pandas as pd

from measure.reuse import cpu_seconds
from problem.facts import load_facts
from problem.questions import CUT_OFF, NEW_YORK, questions, scheduled_between
from problem.world import World
from runner.progress import reported
from runner.serving import open_system

ROUNDS = 3
SINCE = pd.Timestamp("2013-07-01", tz=NEW_YORK)
"""Models are fitted on the flights from here to the cut-off, so that three rounds stay affordable."""
READS_A_STORE = {"fti"}
"""Systems whose training reads what another job has stored before; that job's cost belongs to the first model."""


def cost(folder: Path, names: str, steps: Path) -> None:
    """CPU seconds of a first model and of a second one added later; systems by turns, every other round backwards.

    Starting the program, and keeping a store fresh while it serves, is not charged. ``cost.parquet``: system, mode,
    round, stage (``features`` before any model, ``first``, ``second``), seconds.
    """
    doors = [(name, mode) for name in names.split(",") for mode in open_system(name, folder / "modes" / name).modes]
    jobs = [(number, *door) for number in range(ROUNDS) for door in doors[:: -1 if number % 2 else 1]]
    homes = {job: folder / "-".join(map(str, job)) for job in jobs}  # one a run: libraries remember paths
    rows = [(*job[1:], job[0], *stage) for job in reported(jobs) for stage in _cost(*job[1:], homes[job])]
    table = pd.DataFrame(rows, columns=["system", "mode", "round", "stage", "seconds"])
    table.to_parquet(folder / "cost.parquet", index=False)
    shutil.rmtree(folder / "modes")


def _cost(name: str, mode: str, home: Path) -> list[tuple[str, float]]:
    facts, system = load_facts(), open_system(name, home)
    warehouse = facts.known_at(CUT_OFF)
    asked = scheduled_between(questions(facts, mode), SINCE, CUT_OFF)

    def _wake() -> None:
        system.wake(World(facts, CUT_OFF))

    seconds = [
        ("features", cpu_seconds(_wake) if name in READS_A_STORE else 0.0),
        ("first", cpu_seconds(lambda: system.train(warehouse, asked, "late"))),
        ("second", cpu_seconds(lambda: system.train(warehouse, asked, "delay"))),
    ]
    shutil.rmtree(home)
    return seconds
