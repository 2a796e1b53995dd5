"""The step that makes every cell of one system: a job under a fault, in a fresh copy, judged once the fault is gone."""

import json
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from signal import SIGXFSZ
from tempfile import TemporaryDirectory

import pandas as pd

from lab.changes.replay import import_libraries
from lab.changes.replay_dataset import read_dataset
from lab.engine.isolation import Send, Task, run_isolated
from lab.engine.progress import reported
from lab.faults.fault_list import ALONG, FAULTS, HEALTHY, Fault
from lab.faults.healthy import Healthy, run_healthy
from lab.faults.injectors import NotInjected, check_injected
from lab.faults.scene import WRITERS, Scene, list_jobs
from lab.faults.writes import kill_while_writing
from lab.sandbox.installations import copy_installation
from measure.data.survival import LOUD, Survival

PATIENCE = 240.0
"""CPU seconds for one cell; most take five."""
PATIENCE_OF_KILLED = 120.0
"""CPU seconds for a job that is to be killed; most take two."""
LETTERS = 160
"""The longest text of an error that is kept."""


@dataclass(frozen=True)
class Cell:
    """``outcome`` and ``detail`` of the job; ``after``: of what it left behind, once the fault is gone.

    ``outcome`` is empty where the job cannot have this fault; ``detail`` says why.
    """

    system: str
    job: str
    fault: str
    outcome: str
    detail: str = ""
    after: str = ""


def make_cells(folder: Path, steps: Path, system: str) -> None:
    """Make every cell of a system, each in a child and a copy of its own: ``cells.json``, rows of ``Cell``."""
    import_libraries(steps / f"base-{system}" / "modules.json")
    installed, ground = steps / f"base-{system}" / "home", read_dataset(steps / "ground")
    with TemporaryDirectory() as homes:
        healthy = run_healthy(system, installed, Path(homes) / "healthy", ground)
        cases = [
            (Scene(system, job, Path(homes) / f"{job}-{fault.id}" / "home", ground, ground.facts), fault)
            for job in list_jobs(system)
            for fault in (HEALTHY, *FAULTS)
        ]
        tasks: list[Task] = [partial(_send_cell, *case, installed, healthy) for case in cases]
        ended = {number: (said, why) for number, said, why in reported(run_isolated(tasks, PATIENCE), len(tasks))}
    rows = [_check_cell(*cases[number], *ended[number]) for number in sorted(ended)]
    (folder / "cells.json").write_text(json.dumps(rows, indent=1))


def _send_cell(scene: Scene, fault: Fault, installed: Path, healthy: Healthy, send: Send) -> None:
    """In the child. A fault that could not be seen is said as text."""
    try:
        send(asdict(make_cell(scene, fault, installed, healthy)))
    except NotInjected as error:
        send(f"{error}")


def _check_cell(scene: Scene, fault: Fault, said: list[object], why: str) -> object:
    """A child's cell; raises ``NotInjected`` if it has none."""
    if why or not said or not isinstance(said[0], dict):
        raise NotInjected(f"{scene.job} under {fault.title!r}: {why or said}")
    return said[0]


def make_cell(scene: Scene, fault: Fault, installed: Path, healthy: Healthy) -> Cell:
    """Run the scene's job under the fault in a copy of the installation, and judge it; raises ``NotInjected``."""
    cell = partial(Cell, scene.name, scene.job, fault.id)
    if why := fault.find_obstacle(scene.system, scene.job):
        return cell("", why)
    copy_installation(installed, scene.home)
    scene.open()  # once before the fault: the first start in a new folder may write files
    given = _run_under_fault(scene, fault)
    found = given if isinstance(given, Survival) else healthy.judge_job(scene, given)
    after = healthy.judge_aftermath(scene).outcome if scene.job in WRITERS else ""
    return cell(found.outcome, found.detail, after)


def _run_under_fault(scene: Scene, fault: Fault) -> pd.DataFrame | Survival | None:
    """What the job gave while the fault was there, or how it failed."""
    with ExitStack() as stack:
        struck = stack.enter_context(fault.inject(scene)) if fault.strikes == ALONG else scene
        if fault.refreshed and scene.job != "features":
            with suppress(Exception):  # the feature job is another one: that it failed is a cell of its own
                struck.refresh()
        struck = struck if fault.strikes == ALONG else stack.enter_context(fault.inject(struck))
        return _run_killed(struck) if fault.kills else _run_job(struck)


def _run_job(scene: Scene) -> pd.DataFrame | Survival | None:
    try:
        return scene.run_job()
    except Exception as error:
        words = " ".join(f"{type(error).__name__}: {error}".replace(str(scene.home), "home").split())
        return Survival(LOUD, words[:LETTERS])


def _run_killed(scene: Scene) -> Survival:
    """Run the job in a child that the kernel kills in the middle of a file; raises ``NotInjected`` if it lives."""

    def task(_: object) -> None:
        kill_while_writing()
        scene.run_job()

    ((_, _, why),) = run_isolated([task], PATIENCE_OF_KILLED, at_once=1)
    check_injected(
        why == f"ended with status {-SIGXFSZ}", f"the job was not killed while writing but {why or 'ended well'}"
    )
    return Survival(LOUD, "killed in the middle of a file")
