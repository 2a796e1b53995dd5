"""One cell: a job of a system under a fault, in a fresh copy of the installation, judged once the fault is gone."""

from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGXFSZ

import pandas as pd

from lab.changes.replay_dataset import ReplayDataset
from lab.engine.isolation import run_isolated
from lab.faults import system_jobs
from lab.faults.anatomy import WRITERS
from lab.faults.fault_list import ALONG, Fault
from lab.faults.healthy import Healthy
from lab.faults.injectors import check_injected
from lab.faults.matrix import Cell
from lab.faults.scene import Scene
from lab.faults.writes import kill_while_writing
from lab.sandbox.installations import copy_installation
from measure.data.survival import LOUD, Survival

PATIENCE = 120.0
"""CPU seconds for a job that is to be killed; most take two."""
LETTERS = 160
"""The longest text of an error that is kept."""


@dataclass(frozen=True)
class Observed:
    """What a job gave, or how it failed."""

    table: pd.DataFrame | None = None
    error: str = ""


def make_cell(
    name: str, job: str, fault: Fault, base: Path, folder: Path, ground: ReplayDataset, healthy: Healthy
) -> Cell:
    """Run the job under the fault in an empty ``folder``, and judge it; raises ``NotInjected``."""
    scene = Scene(name, job, folder / "home", ground, ground.facts)
    if why := fault.find_obstacle(scene.anatomy, job):
        return Cell(name, job, fault.id, "", why)
    copy_installation(base, scene.home)
    scene.open()  # once before the fault: the first start in a new folder may write files
    observed = _observe_job(scene, fault)
    found = Survival(LOUD, observed.error) if observed.error else healthy.judge_job(scene, observed.table)
    after = healthy.judge_aftermath(scene).outcome if job in WRITERS else ""
    return Cell(name, job, fault.id, found.outcome, found.detail, after)


def _observe_job(scene: Scene, fault: Fault) -> Observed:
    """What came of the job while the fault was there."""
    with ExitStack() as stack:
        struck = stack.enter_context(fault.inject(scene)) if fault.strikes == ALONG else scene
        if fault.refreshed and scene.job != "features":
            with suppress(Exception):  # the feature job is another one: that it failed is a cell of its own
                system_jobs.refresh(struck)
        struck = struck if fault.strikes == ALONG else stack.enter_context(fault.inject(struck))
        return _run_killed(struck) if fault.kills else _run_job(struck)


def _run_job(scene: Scene) -> Observed:
    try:
        return Observed(system_jobs.JOBS[scene.job](scene))
    except Exception as error:
        words = " ".join(f"{type(error).__name__}: {error}".replace(str(scene.home), "home").split())
        return Observed(error=words[:LETTERS])


def _run_killed(scene: Scene) -> Observed:
    """Run the job in a child that the kernel kills in the middle of a file; raises ``NotInjected`` if it lives."""

    def task(_: object) -> None:
        kill_while_writing()
        system_jobs.JOBS[scene.job](scene)

    ((_, _, why),) = run_isolated([task], PATIENCE, at_once=1)
    check_injected(
        why == f"ended with status {-SIGXFSZ}", f"the job was not killed while writing but {why or 'ended well'}"
    )
    return Observed(error="killed in the middle of a file")
