"""One stage of one system in a process of its own, which reads its own figures.

A stage is weighed (memory and CPU, libraries loaded before, in a child that was forked) or timed (from a cold start, as
a user waits: ``python -m lab.study.steps.stage_work``).
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import numpy as np
import pandas as pd
import pyarrow as pa
from sklearn.pipeline import Pipeline

from lab.study.steps.method_clock import clock_methods
from lab.systems import open_system
from measure.cost.footprint import NoHighWaterMark, peak_above
from problem.contract import TARGETS, Mode, Request, System, requests
from problem.facts import Facts, load_facts
from problem.questions import CUT_OFF, questions, scheduled_between
from problem.world import World

ANSWERING = "serve"
ANSWERS = {"batch": 9, "real_time": 200}
"""Single predictions per run: fewer where one takes as long as a night's run."""
REHEARSED = pd.Timedelta(days=3)
"""The last facts before the cut-off, on which a stage is rehearsed."""
EVERY = "any"
"""The mode of a stage that works for both kinds of question at once."""

Figures = dict[str, float | None]
Work = Callable[[], Figures]


def main(name: str, stage: str, mode: str, home: str, said: str, started: str) -> None:
    """Time the stage; what it measured goes to the file ``said``. ``started``: seconds since 1970."""
    work = WORK[stage](name, Path(home), load_facts(), mode)
    Path(said).write_text(json.dumps(time_work(work, time.time() - float(started))))


def weigh(name: str, stage: str, mode: str, home: Path) -> Figures:
    """Weigh the stage in this process, which should do nothing else."""
    facts = load_facts()
    work = WORK[stage](name, home, facts, mode)
    rehearse(name, stage, facts, mode)
    return weigh_work(work)


def rehearse(name: str, stage: str, facts: Facts, mode: str) -> None:
    """Do the stage on a few days of facts, in an installation thrown away.

    Libraries load at their first use, some in the middle of a stage. After this they are there, and next to no data is.
    """
    few = _last_days(facts)
    with TemporaryDirectory() as home:
        system = open_system(name, Path(home))
        system.wake(World(few, CUT_OFF))
        asked = _select_questions(few, system.modes[-1] if mode == EVERY else cast(Mode, mode), None, CUT_OFF)
        for target in TARGETS:
            system.train(few.known_at(CUT_OFF), asked, target)
        WORK[stage](name, Path(home), few, mode)()
    pa.default_memory_pool().release_unused()


def weigh_work(work: Work) -> Figures:
    """CPU seconds of the work in this process, and bytes above what the process held; null where it cannot be told."""
    try:
        seconds, memory = peak_above(lambda: _cpu_seconds(work))
    except NoHighWaterMark:
        seconds, memory = _cpu_seconds(work), None
    return {"cpu": seconds, "memory": memory}


def _cpu_seconds(work: Work) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def time_work(work: Work, held: float) -> Figures:
    """The work's own figures, its first answer counted from the start of the process ``held`` seconds ago."""
    found = work()
    return found | {"first": (found["first"] or 0.0) + held}


def _last_days(facts: Facts) -> Facts:
    """What became known in the last days before the cut-off, with the flights of those days and of the next one."""
    near = facts.flights["scheduled_at"].between(CUT_OFF - REHEARSED, CUT_OFF + pd.Timedelta(days=1))
    few = facts.known_between(CUT_OFF - REHEARSED, CUT_OFF)
    return replace(few, flights=facts.flights[near], planes=facts.planes)


def _features(name: str, home: Path, facts: Facts, mode: str) -> Work:
    def work() -> Figures:
        system = open_system(name, home)
        system.wake(World(facts, CUT_OFF))
        system.store.flush()  # type: ignore[attr-defined]  # only a system with a store has this stage
        return {}

    return work


def _train(name: str, home: Path, facts: Facts, mode: str) -> Work:
    known, asked = facts.known_at(CUT_OFF), _select_questions(facts, cast(Mode, mode), None, CUT_OFF)

    def work() -> Figures:
        open_system(name, home).train(known, asked, "late")
        return {}

    return work


def _serve(name: str, home: Path, facts: Facts, mode: str) -> Work:
    """The first answer, its wait counted from here on, then single answers one after the other.

    The flights of the first day after training, all asked about at its first moment: no store has to catch up.
    """
    day = _select_questions(facts, cast(Mode, mode), CUT_OFF, CUT_OFF + pd.Timedelta(days=1)).assign(asked_at=CUT_OFF)
    requested = requests(day.sample(ANSWERS[mode], random_state=0, replace=True))

    def work() -> Figures:
        began = time.perf_counter()
        system, world = open_system(name, home), World(facts, CUT_OFF)
        system.wake(world)
        with clock_methods(Pipeline, "predict", "predict_proba") as models:
            marks = [(_answer(system, world, request), models.seconds) for request in requested]
        took, predicting = np.diff(np.array(marks), axis=0).T
        p50, p95, p99 = np.quantile(took * 1000, [0.5, 0.95, 0.99]).tolist()
        outside = float(np.median(1 - predicting / took))
        return {"first": marks[0][0] - began, "p50": p50, "p95": p95, "p99": p99, "outside_models": outside}

    return work


WORK: dict[str, Callable[[str, Path, Facts, str], Work]] = {"features": _features, "train": _train, "serve": _serve}
"""The stages: what each is given before it is measured, and the work itself."""


def _select_questions(facts: Facts, mode: Mode, start: pd.Timestamp | None, end: pd.Timestamp) -> pd.DataFrame:
    return scheduled_between(questions(facts, mode), start, end)


def _answer(system: System, world: World, request: Request) -> float:
    """When the prediction was there, on the clock of ``perf_counter``."""
    system.predict(pd.DataFrame(system.look_up(world, [request])))
    return time.perf_counter()


if __name__ == "__main__":
    main(*sys.argv[1:])
