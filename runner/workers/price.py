"""Worker of the price panel: every stage of every system in a fresh child process, which reads its own figures."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from measure.footprint import NoHighWaterMark, peak_above
from problem.contract import Mode, Request, System, Target, requests
from problem.facts import Facts, load_facts
from problem.questions import CUT_OFF, questions, scheduled_between
from problem.world import World
from runner.progress import reported
from runner.workers.serving import open_system

ROUNDS = 2
"""Runs of a stage that answers. Peaks of memory hardly move between runs: the other stages run once."""
STAGES: dict[str, tuple[tuple[str, Mode], ...]] = {
    "monolith": (("train", "batch"), ("serve", "batch")),
    "split": (("train", "real_time"), ("serve", "real_time")),
    "fti": (("features", "real_time"), ("train", "real_time"), ("serve", "real_time"), ("serve", "batch")),
}
"""What runs by itself at some time. FTI's training is the same program for both kinds of question."""
ANSWERING = "serve"
ANSWERS: dict[Mode, int] = {"batch": 9, "real_time": 200}
"""Single predictions per child: fewer where one takes as long as a night's run."""


def weigh(folder: Path, names: str, steps: Path) -> None:
    """Run every stage that does not answer once. ``stages.parquet`` as of ``price``."""
    jobs = [(0, name, *stage) for name in names.split(",") for stage in STAGES[name] if stage[0] != ANSWERING]
    _run(folder, jobs, steps)


def price(folder: Path, names: str, steps: Path) -> None:
    """Run the stages that answer by turns, while nothing else runs.

    ``stages.parquet``: system, stage, mode, round, cpu (seconds), memory (bytes above what the process held before the
    stage), first (seconds from the start of the process to the first answer) and p50, p95, p99 (milliseconds of one
    prediction); null where the stage does not answer.
    """
    jobs = [
        (number, name, *stage)
        for number in range(ROUNDS)
        for name in names.split(",")[:: -1 if number % 2 else 1]
        for stage in STAGES[name]
        if stage[0] == ANSWERING
    ]
    _run(folder, jobs, steps)


def _run(folder: Path, jobs: list[tuple[int, str, str, Mode]], steps: Path) -> None:
    rows = [
        {"system": name, "stage": stage, "mode": mode, "round": number} | _child(folder, name, stage, mode, steps)
        for number, name, stage, mode in reported(jobs)
    ]
    pd.DataFrame(rows).to_parquet(folder / "stages.parquet", index=False)


def _child(folder: Path, name: str, stage: str, mode: Mode, steps: Path) -> dict[str, float]:
    home = folder / "home"
    if stage != "features":
        shutil.copytree(steps / f"train-{name}" / "home", home)
    said = folder / "said.json"
    command = [sys.executable, "-m", "runner.workers.price", name, stage, mode, str(home), str(said), str(time.time())]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(home, ignore_errors=True)
    return dict(json.loads(said.read_text()))


def main(name: str, stage: str, mode: Mode, home: str, said: str, started: str) -> None:
    """One stage in this process; what it measured goes to the file ``said``."""
    facts = load_facts()
    held = time.time() - float(started)
    work: dict[str, Callable[[], dict[str, float]]] = {
        "features": lambda: _features(open_system(name, Path(home)), facts),
        "train": lambda: _train(open_system(name, Path(home)), facts, mode),
        "serve": lambda: _serve(name, Path(home), facts, mode, held),
    }
    clock = time.process_time()
    try:
        found, memory = peak_above(work[stage])
    except NoHighWaterMark:
        found, memory = work[stage](), None
    Path(said).write_text(json.dumps(found | {"cpu": time.process_time() - clock, "memory": memory}))


def _features(system: System, facts: Facts) -> dict[str, float]:
    system.wake(World(facts, CUT_OFF))
    system.store.flush()  # type: ignore[attr-defined]  # only a system with a store has this stage
    return {}


def _train(system: System, facts: Facts, mode: Mode) -> dict[str, float]:
    target: Target = "late"
    system.train(facts.known_at(CUT_OFF), scheduled_between(questions(facts, mode), None, CUT_OFF), target)
    return {}


def _serve(name: str, home: Path, facts: Facts, mode: Mode, held: float) -> dict[str, float]:
    """The first answer, its wait counted from the start of the process, then single answers one after the other."""
    began = time.perf_counter()
    system, asked = open_system(name, home), _one_instant(facts, mode)
    world = World(facts, asked["asked_at"].iloc[0])
    system.wake(world)
    requested = requests(asked.sample(ANSWERS[mode], random_state=0, replace=True))
    ends = [time.perf_counter() for request in requested if _answer(system, world, request)]
    p50, p95, p99 = np.quantile(np.diff(ends) * 1000, [0.5, 0.95, 0.99])
    return {"first": held + ends[0] - began, "p50": p50, "p95": p95, "p99": p99}


def _answer(system: System, world: World, request: Request) -> bool:
    return len(system.predict(pd.DataFrame(system.look_up(world, [request])))) == 1


def _one_instant(facts: Facts, mode: Mode) -> pd.DataFrame:
    """The flights of the first day after training, all asked about at its first moment: no store has to catch up."""
    day = scheduled_between(questions(facts, mode), CUT_OFF, CUT_OFF + pd.Timedelta(days=1))
    return day.assign(asked_at=CUT_OFF)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    arguments: list[Any] = sys.argv[1:]
    main(*arguments)
