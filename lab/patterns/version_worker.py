"""Trains in one environment, or answers in another one from what all of them have trained: one line of JSON a cell.

``python -m lab.patterns.version_worker train|answer FOLDER TASK``, run by each environment's own Python. The task, as
JSON: ``here`` (this environment's name), ``sides`` (package by card) and, to answer, ``trained`` (names).
"""

import json
import os
import re
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lab.patterns.version_pipelines import PIPELINES, new_pipelines, prepare, read_rows
from problem.handover import Handover

TRAINING, ASKED = "training.csv", "asked.csv"
EQUAL, WARNED, DIFFERS, REFUSED, NOT_PACKED = "equal", "equal, warned", "differs", "refused", "not packed"
OUTCOMES = (EQUAL, WARNED, DIFFERS, REFUSED, NOT_PACKED)
ALIKE = 1e-6
"""Probabilities that differ by no more are equal."""
LONGEST = 160
"""Letters of an error or a warning that are kept."""
Risk = NDArray[np.float64]
Task = Callable[[], dict[str, Any]]


def find_model(folder: Path, trained: str, side: str, pipeline: str) -> Path:
    """The folder that one packed model has for itself."""
    return folder / trained / side / str(PIPELINES.index(pipeline))


def train(folder: Path, here: str, sides: Mapping[str, Handover]) -> Iterator[dict[str, Any]]:
    """Fit every pipeline, keep its own answers, and let each side pack it; a line for what is not packed."""
    rows, asked = read_rows(folder / TRAINING), read_rows(folder / ASKED)
    for name, pipeline in new_pipelines().items():
        known = prepare(name, rows, rows)
        model = pipeline.fit(known, rows["late"])
        (folder / here).mkdir(exist_ok=True)
        own = model.predict_proba(prepare(name, asked, rows))[:, 1]
        np.save(folder / here / f"{PIPELINES.index(name)}.npy", own)
        for side, handover in sides.items():
            place = find_model(folder, here, side, name)
            place.mkdir(parents=True)
            try:
                handover.pack(model, known.head(500), place)
            except Exception as error:  # whatever a library says is a result
                shutil.rmtree(place)
                yield {"trained": here, "side": side, "pipeline": name, "outcome": NOT_PACKED, "words": describe(error)}


def answer(folder: Path, trained: str, sides: Mapping[str, Handover]) -> Iterator[dict[str, Any]]:
    """A line for each pipeline and side of one environment's models, loaded in a process for each pipeline."""
    rows, every = read_rows(folder / TRAINING), read_rows(folder / ASKED)
    for pipeline in PIPELINES:
        asked = prepare(pipeline, every, rows)
        own = np.load(folder / trained / f"{PIPELINES.index(pipeline)}.npy")
        places = {side: find_model(folder, trained, side, pipeline) for side in sides}
        tasks = {
            side: partial(compare, sides[side], place, asked, own) for side, place in places.items() if place.exists()
        }
        for side, told in run_together(tasks).items():
            yield {"trained": trained, "side": side, "pipeline": pipeline} | told


def compare(handover: Handover, place: Path, asked: pd.DataFrame, own: Risk) -> dict[str, Any]:
    """Load a model, ask it, and hold its answers against those that it gave where it was trained."""
    with warnings.catch_warnings(record=True) as said:
        try:
            risk = handover.load(place)(asked)
        except Exception as error:  # as above
            return {"outcome": REFUSED, "words": describe(error)}
    words = describe(said[0].message) if said else ""
    return judge(risk, own) | {"words": words} if words else judge(risk, own)


def judge(risk: Risk, own: Risk) -> dict[str, Any]:
    """How far the answers are from the model's own; which outcome that is, a warning aside, is for ``name_outcome``."""
    apart = np.abs(risk - own)
    flips = float(((risk >= 0.5) != (own >= 0.5)).mean())
    return {"largest": float(apart.max()), "moved": float((apart > ALIKE).mean()), "flips": flips}


def name_outcome(cell: Mapping[str, Any]) -> str:
    """The outcome of a cell: what it says, or what its answers and its warning come to."""
    if "outcome" in cell:
        return str(cell["outcome"])
    if cell["largest"] > ALIKE:
        return DIFFERS
    return WARNED if cell.get("words") else EQUAL


def describe(error: object) -> str:
    """The kind of an error or a warning, and the beginning of its first line."""
    line = re.sub(r" from '[^']*'", "", (str(error).strip().splitlines() or [""])[0])  # folders of this machine
    return f"{type(error).__name__}: {line}"[:LONGEST]


def run_together(tasks: Mapping[str, Task]) -> dict[str, dict[str, Any]]:
    """What tasks return, from one fork; where it dies, each from a fork of its own: a crash takes only its own cell."""
    told = run_apart(lambda: {name: task() for name, task in tasks.items()})
    return told if "words" not in told else {name: run_apart(task) for name, task in tasks.items()}


def run_apart(task: Task) -> dict[str, Any]:
    """What a task returns, from a fork; what became of the fork, if it died."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writer, json.dumps(task()).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        text = told.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return json.loads(text) if text and not status else {"outcome": REFUSED, "words": f"died with status {status}"}


def main(job: str, folder: str, task: str) -> None:
    """See the module."""
    told = json.loads(task)
    sides = {card: import_module(f"{package}.handover") for card, package in told["sides"].items()}
    cells = (
        train(Path(folder), told["here"], sides)
        if job == "train"
        else (cell for trained in told["trained"] for cell in answer(Path(folder), trained, sides))
    )
    for cell in cells:
        print(json.dumps(cell | {"outcome": name_outcome(cell)}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
