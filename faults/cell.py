"""One cell: a job of a system under a fault, in a fresh copy of the installation, judged once the fault is gone."""

from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGXFSZ

import pandas as pd

from changes.ground import Ground
from changes.installations import moved
from faults import jobs
from faults.anatomy import WRITERS
from faults.catalogue import ALONG, Fault
from faults.healthy import Healthy
from faults.injectors import seen
from faults.matrix import Cell
from faults.scene import Scene
from faults.writes import kill_while_writing
from measure.survival import LOUD, Survival
from runner.workers.fork import forked

PATIENCE = 120.0
"""CPU seconds for a job that is to be killed; most take two."""
LETTERS = 160


@dataclass(frozen=True)
class Observed:
    """What a job gave, or how it failed."""

    table: pd.DataFrame | None = None
    error: str = ""


def cell(name: str, job: str, fault: Fault, base: Path, folder: Path, ground: Ground, healthy: Healthy) -> Cell:
    """Run the job under the fault in an empty ``folder``, and judge it; raises ``NotInjected``."""
    scene = Scene(name, job, folder / "home", ground, ground.facts)
    if why := fault.cannot(scene.anatomy, job):
        return Cell(name, job, fault.id, "", why)
    moved(base, scene.home)
    scene.opened()  # a copy settles in its new place before anything happens
    observed = _observed(scene, fault)
    found = Survival(LOUD, observed.error) if observed.error else healthy.judged(scene, observed.table)
    after = healthy.afterwards(scene).outcome if job in WRITERS else ""
    return Cell(name, job, fault.id, found.outcome, found.detail, after)


def _observed(scene: Scene, fault: Fault) -> Observed:
    """What came of the job while the fault was there."""
    with ExitStack() as stack:
        struck = stack.enter_context(fault.inject(scene)) if fault.strikes == ALONG else scene
        if fault.refreshed and scene.job != "features":
            with suppress(Exception):  # the feature job is another one: that it failed is a cell of its own
                jobs.refresh(struck)
        struck = struck if fault.strikes == ALONG else stack.enter_context(fault.inject(struck))
        return _killed(struck) if fault.kills else _run(struck)


def _run(scene: Scene) -> Observed:
    try:
        return Observed(jobs.JOBS[scene.job](scene))
    except Exception as error:
        words = " ".join(f"{type(error).__name__}: {error}".replace(str(scene.home), "home").split())
        return Observed(error=words[:LETTERS])


def _killed(scene: Scene) -> Observed:
    """Let a child do the job; the kernel kills it inside a file, or the fault was not there."""

    def task(_: object) -> None:
        kill_while_writing()
        jobs.JOBS[scene.job](scene)

    ((_, _, why),) = forked([task], PATIENCE, at_once=1)
    seen(why == f"ended with status {-SIGXFSZ}", f"the job was not killed while writing but {why or 'ended well'}")
    return Observed(error="killed in the middle of a file")
