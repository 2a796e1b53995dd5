"""Runs a soak: the service, the feature pipeline and the callers as processes and threads of their own."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from signal import SIGKILL
from typing import Any

import numpy as np
import pandas as pd

from lab.engine.recorded import Recorded
from lab.engine.step import Step
from lab.engine.step_keys import digest_of_steps
from lab.engine.workspace import StudyError
from lab.load.served_system import ServedProcess
from lab.load.soak.callers import Callers, Plan
from lab.load.soak.soak_champions import fit_challengers
from lab.load.soak.soak_verdict import Verdict, judge
from lab.service.service_installation import read_while_written, renew_installation
from lab.systems import find_system
from parts.service_shell.answer_log import read_answers
from problem.facts import load_facts

RECORD = Recorded(Path(__file__).parents[1] / "records" / "soak.json")
Say = Callable[[str], object]
FULL = Plan(1800, 10, 10, 3, 60, pd.Timedelta("15min"), pd.Timestamp("2013-10-01 22:00", tz="UTC"))
"""Half an hour; its seven and a half hours of facts cross New York's midnight, when every view is refreshed."""
SHORT = Plan(24, 10, 2, 1, 4, pd.Timedelta("1h"), pd.Timestamp("2013-10-02 01:00", tz="UTC"))
"""The same in little."""


@dataclass(frozen=True)
class Report:
    """What a soak came to. ``latency``: p50, p95, p99 in ms from the instant at which a request was due to be sent.

    ``down``: seconds that each restart took; ``champions``: pairs of models that answered.
    """

    plan: Plan
    verdict: Verdict
    latency: dict[str, float]
    down: list[float]
    champions: int
    refreshes: int

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        plan = asdict(self.plan) | {"step": str(self.plan.step), "start": self.plan.start.isoformat()}
        return asdict(self) | {"plan": plan}


def compute_digests() -> dict[str, str]:
    """The digest of all that the soak's entry depends on, as it is now: the soak, the service and FTI."""
    fti = find_system("fti")
    loads = (*fti.modules, f"{fti.package}.adapters", "lab.service")
    return digest_of_steps([Step("soak", "lab.load.soak.soak_run:soak", "soak", loads=loads, data=fti.data)])


def soak(home: Path, plan: Plan, say: Say) -> Report:
    """Run the plan on a fresh copy of what the study trained, then judge what the callers and the log have."""
    read_while_written(renew_installation("fti", home))
    reached: list[pd.Timestamp] = []
    _follow(_start_pipeline(home, "--until", plan.start.isoformat()), reached, say)
    if not reached:
        raise StudyError("the feature pipeline ended without a word: run python -m lab.service.feature_pipeline")
    challengers, callers = fit_challengers(home), Callers(load_facts(), plan, reached)
    command = [sys.executable, "-m", "lab.service", "--home", str(home), "--port", "{port}"]
    service = ServedProcess(command, home / "service.log", path="/ready", environment={"OMP_NUM_THREADS": "1"})
    down: list[tuple[float, float]] = []
    changes = [(plan.swapped_at(), challengers.register), (plan.killed_at(), lambda: _kill(service, down, say))]
    service.start()
    try:
        with _change(home, plan, changes, reached, say) as is_changing:
            callers.ask(service.url, is_changing)
    finally:
        service.end()
    say("judging")
    log = read_answers(home / "answers")
    answered = [(asked.done - asked.sent) * 1000 for asked in callers.asked if asked.status == 200]
    return Report(
        plan=plan,
        verdict=judge(callers.asked, log, down, challengers.by_version, plan.step),
        latency={f"p{share}": float(np.quantile(answered, share / 100)) for share in (50, 95, 99)},
        down=[until - since for since, until in down],
        champions=len(log[["model_version", "model_version_delay"]].drop_duplicates()),
        refreshes=len(reached) - 1,
    )


def _kill(service: ServedProcess, down: list[tuple[float, float]], say: Say) -> None:
    """``kill -9``, then start it again; notes in ``down`` from when to when (monotonic) it could not answer."""
    began = time.monotonic()
    service.end(SIGKILL)
    service.start()
    down.append((began, time.monotonic()))
    say(f"killed, and up again after {down[-1][1] - began:.0f} s")


def _start_pipeline(home: Path, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "lab.service.feature_pipeline", "--home", str(home), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _follow(pipeline: "subprocess.Popen[str]", reached: list[pd.Timestamp], say: Say) -> None:
    """Note how far the feature pipeline says it has come, until it ends."""
    assert pipeline.stdout is not None
    for line in pipeline.stdout:
        reached.append(pd.Timestamp(line.split()[3]))
        say(line.strip())


@contextmanager
def _change(
    home: Path,
    plan: Plan,
    changes: Sequence[tuple[list[float], Callable[[], object]]],
    reached: list[pd.Timestamp],
    say: Say,
) -> Iterator[Callable[[], bool]]:
    """Refreshes and the other changes, at their times; yields a way to ask whether such a change is still to come."""
    pipeline = _start_pipeline(home, "--every", str(plan.every), "--step", str(plan.step))
    follower = threading.Thread(target=_follow, args=[pipeline, reached, say])
    over = threading.Event()
    threads = [threading.Thread(target=_act_at, args=(*change, over)) for change in changes]
    for thread in (follower, *threads):
        thread.start()
    try:
        yield lambda: any(thread.is_alive() for thread in threads)
    finally:
        over.set()  # whoever stops a soak waits for no change that is still to come
        for thread in threads:
            thread.join()
        pipeline.terminate()
        follower.join()


def _act_at(times: list[float], act: Callable[[], object], over: threading.Event) -> None:
    """Act at each of the times, in seconds from now, until it is over."""
    began = time.monotonic()
    for at in times:
        if over.wait(max(0.0, began + at - time.monotonic())):
            return
        act()
