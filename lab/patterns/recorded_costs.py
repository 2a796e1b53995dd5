"""What recording costs: microseconds and bytes an answer, by turns; and what becomes of records on a full disk."""

import json
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lab.engine.workspace import REPOSITORY
from lab.patterns.recorded_services import MARGIN, Recorded
from measure.data.rounds import judge_rounds
from problem.recorded import Answered

RIVAL = "text lines"
Row = dict[str, Any]


def measure_costs(forms: Mapping[str, Recorded], folder: Path, answers: Sequence[Answered], turns: int) -> list[Row]:
    """By form: ``micros`` an answer until it may leave (median of turns), over that of text lines with least and most;
    ``bytes`` an answer."""
    taken: dict[str, list[float]] = {name: [] for name in forms}
    size: dict[str, float] = {}
    for turn in range(turns):
        for name in list(forms)[:: 1 - 2 * (turn % 2)]:
            place = folder / f"{turn} {name}"
            taken[name].append(time_records(forms[name], place, answers))
            size[name] = sum(file.stat().st_size for file in place.iterdir()) / len(answers)
    return [describe(name, taken[name], taken[RIVAL], size[name]) for name in forms]


def time_records(recorded: Recorded, folder: Path, answers: Sequence[Answered]) -> float:
    """Microseconds an answer."""
    recorder = recorded.form.open(folder)
    began = time.perf_counter()
    for each in answers:
        recorder.record(each)
    taken = time.perf_counter() - began
    recorder.close()
    return 1e6 * taken / len(answers)


def describe(name: str, own: Sequence[float], rival: Sequence[float], size: float) -> Row:
    """A row of ``measure_costs``."""
    ratios = [left / right for left, right in zip(own, rival, strict=True)]
    over = {"value": float(np.median(ratios)), "low": min(ratios), "high": max(ratios)}
    return {"form": name, "micros": float(np.median(own)), **over, "word": judge_rounds(ratios, MARGIN), "bytes": size}


def fill_disk(packages: Iterable[str], folder: Path) -> list[Row]:
    """By form: answers given and recorded while a disk was full for a while, and how many lines somebody was told."""
    modules = [f"{package}.forms" for package in packages]
    command = [sys.executable, "-m", "lab.patterns.full_disk", str(folder), *modules]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return [row | {"told": len(row["told"])} for row in rows]
