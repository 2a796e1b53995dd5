"""The step that makes every cell of one system."""

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from lab.changes.replay import import_libraries
from lab.changes.replay_dataset import ReplayDataset, read_dataset
from lab.engine.isolation import Send, Task, run_isolated
from lab.engine.progress import reported
from lab.faults.anatomy import describe_anatomy
from lab.faults.fault_cell import make_cell
from lab.faults.fault_list import FAULTS, HEALTHY, Fault
from lab.faults.healthy import Healthy, run_healthy
from lab.faults.injectors import NotInjected

PATIENCE = 240.0
"""CPU seconds for one cell; most take five."""


def make_cells(folder: Path, steps: Path, system: str) -> None:
    """Make every cell of a system, each in a child and a copy of its own: ``cells.json``, rows of ``Cell``."""
    import_libraries(steps / f"base-{system}" / "modules.json")
    installed, world = steps / f"base-{system}" / "home", read_dataset(steps / "ground")
    with TemporaryDirectory() as homes:
        reference = run_healthy(system, installed, Path(homes) / "healthy", world)
        cases = [(job, fault) for job in describe_anatomy(system).jobs for fault in (HEALTHY, *FAULTS)]
        tasks: list[Task] = [
            partial(_make_cell, system, *case, installed, Path(homes), world, reference) for case in cases
        ]
        ended = {number: (said, why) for number, said, why in reported(run_isolated(tasks, PATIENCE), len(tasks))}
    rows = [_check_cell(cases[number], *ended[number]) for number in sorted(ended)]
    (folder / "cells.json").write_text(json.dumps(rows, indent=1))


def _make_cell(
    name: str,
    job: str,
    fault: Fault,
    installed: Path,
    homes: Path,
    world: ReplayDataset,
    reference: Healthy,
    send: Send,
) -> None:
    """In the child. A fault that could not be seen is said as text."""
    try:
        send(asdict(make_cell(name, job, fault, installed, homes / f"{job}-{fault.id}", world, reference)))
    except NotInjected as error:
        send(f"{error}")


def _check_cell(case: tuple[str, Fault], said: list[object], why: str) -> object:
    """A child's cell; raises ``NotInjected`` if it has none."""
    if why or not said or not isinstance(said[0], dict):
        job, fault = case
        raise NotInjected(f"{job} under {fault.title!r}: {why or said}")
    return said[0]
