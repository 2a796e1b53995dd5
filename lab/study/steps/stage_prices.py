"""The price panel: every stage of every system in a child process of its own (``lab.study.steps.stage_work``)."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd

from lab.engine.isolation import run_isolated
from lab.engine.progress import reported
from lab.sandbox.installations import copy_installation
from lab.study.steps.stage_work import ANSWERING, Figures
from lab.study.steps.stage_work import weigh as weigh_stage
from lab.systems import find_system

FIRST = "features"
"""The stage that starts from nothing."""
PATIENCE = 600.0
"""CPU seconds for a stage with its rehearsal, which takes some twenty."""
ROUNDS = 2
"""Runs of a stage that is timed. Memory and CPU seconds are taken once."""


def weigh_stages(folder: Path, steps: Path, names: str) -> None:
    """Run every stage once, its libraries loaded before it begins.

    ``stages.parquet``: system, stage, mode, cpu (seconds) and memory (bytes above what the process held before:
    interpreter, libraries, facts and questions; null where no process is told its peak).
    """
    jobs = [(name, *stage) for name in names.split(",") for stage in find_system(name).stages]
    rows = [
        {"system": name, "stage": stage, "mode": mode} | _weigh_stage(folder, name, stage, mode, steps)
        for name, stage, mode in reported(jobs)
    ]
    pd.DataFrame(rows).to_parquet(folder / "stages.parquet", index=False)


def time_answers(folder: Path, steps: Path, names: str) -> None:
    """Run the stages that answer by turns, from a cold start, while nothing else runs.

    ``answers.parquet``: system, mode, round, first (seconds from the start of the process to the first answer), p50,
    p95, p99 (milliseconds of one prediction) and outside_models (share of it outside predict).
    """
    jobs = [
        (number, name, mode)
        for number in range(ROUNDS)
        for name in names.split(",")[:: -1 if number % 2 else 1]
        for stage, mode in find_system(name).stages
        if stage == ANSWERING
    ]
    rows = [
        {"system": name, "mode": mode, "round": number} | _time_stage(folder, name, mode, steps)
        for number, name, mode in reported(jobs)
    ]
    pd.DataFrame(rows).to_parquet(folder / "answers.parquet", index=False)


def _weigh_stage(folder: Path, name: str, stage: str, mode: str, steps: Path) -> Figures:
    """Memory and CPU of the stage in a forked child: the libraries it shares with this process are not charged."""
    home = _prepare_home(folder, name, stage, steps)
    ((_, said, why),) = run_isolated([lambda send: send(weigh_stage(name, stage, mode, home))], PATIENCE, at_once=1)
    if why:
        raise RuntimeError(f"{name}, {stage}, {mode}: {why}")
    shutil.rmtree(home, ignore_errors=True)
    return said[0]


def _time_stage(folder: Path, name: str, mode: str, steps: Path) -> Figures:
    home, said = _prepare_home(folder, name, ANSWERING, steps), folder / "said.json"
    command = [sys.executable, "-m", "lab.study.steps.stage_work", name, ANSWERING, mode, str(home), str(said)]
    single = os.environ | {"OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1")}
    subprocess.run([*command, str(time.time())], check=True, stdout=subprocess.DEVNULL, env=single)
    shutil.rmtree(home)
    return dict(json.loads(said.read_text()))


def _prepare_home(folder: Path, name: str, stage: str, steps: Path) -> Path:
    """Where the stage works: in the installation that was trained, unless it is the one that comes before."""
    if stage != FIRST:
        copy_installation(steps / f"train-{name}" / "home", folder / "home")
    return folder / "home"
