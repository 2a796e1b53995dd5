"""Workers of the price panel: every stage of every system in a fresh child process (``runner.workers.stages``)."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd

from changes.installations import moved
from runner.progress import reported

ROUNDS = 2
"""Runs of a stage that is timed. Memory and CPU seconds are taken once."""
STAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "monolith": (("train", "batch"), ("serve", "batch")),
    "split": (("train", "real_time"), ("serve", "real_time")),
    "fti": (
        ("features", "any"),
        ("train", "batch"),
        ("train", "real_time"),
        ("serve", "batch"),
        ("serve", "real_time"),
    ),
}
"""What runs by itself at some time, and for which kind of question. FTI's training is one program, run for either."""


def weigh(folder: Path, names: str, steps: Path) -> None:
    """Run every stage once, its libraries loaded before it begins.

    ``stages.parquet``: system, stage, mode, cpu (seconds) and memory (bytes above what the process held before:
    interpreter, libraries, facts and questions; null where no process is told its peak).
    """
    jobs = [(name, *stage) for name in names.split(",") for stage in STAGES[name]]
    rows = [
        {"system": name, "stage": stage, "mode": mode} | _child("weighed", folder, name, stage, mode, steps)
        for name, stage, mode in reported(jobs)
    ]
    pd.DataFrame(rows).to_parquet(folder / "stages.parquet", index=False)


def price(folder: Path, names: str, steps: Path) -> None:
    """Run the stages that answer by turns, from a cold start, while nothing else runs.

    ``answers.parquet``: system, mode, round, first (seconds from the start of the process to the first answer), p50,
    p95, p99 (milliseconds of one prediction) and outside_models (share of it outside predict).
    """
    jobs = [
        (number, name, mode)
        for number in range(ROUNDS)
        for name in names.split(",")[:: -1 if number % 2 else 1]
        for stage, mode in STAGES[name]
        if stage == "serve"
    ]
    rows = [
        {"system": name, "mode": mode, "round": number} | _child("timed", folder, name, "serve", mode, steps)
        for number, name, mode in reported(jobs)
    ]
    pd.DataFrame(rows).to_parquet(folder / "answers.parquet", index=False)


def _child(how: str, folder: Path, name: str, stage: str, mode: str, steps: Path) -> dict[str, float]:
    home, said = folder / "home", folder / "said.json"
    if stage != "features":
        moved(steps / f"train-{name}" / "home", home)
    asked = [how, name, stage, mode, str(home), str(said), str(time.time())]
    command = [sys.executable, "-m", "runner.workers.stages", *asked]
    single = os.environ | {"OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1")}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=single)
    shutil.rmtree(home, ignore_errors=True)
    return dict(json.loads(said.read_text()))
