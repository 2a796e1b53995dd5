"""Runs a soak: the service, the feature pipeline and the callers as processes and threads of their own."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lab.engine.workspace import StudyError
from lab.load.soak.callers import Asked, Callers
from lab.load.soak.service_process import ServiceProcess
from lab.load.soak.soak_champions import Challengers, fitted
from lab.load.soak.soak_plan import Plan
from lab.load.soak.soak_verdict import SAMPLE, Verdict, failures, not_logged, wrong_features, wrong_predictions
from lab.service.service_installation import read_while_written, renew_installation
from parts.service_shell.answer_log import read_answers
from problem.facts import load_facts

Say = Callable[[str], None]


@dataclass(frozen=True)
class Report:
    """What a soak came to. ``latency``: p50, p95, p99 in ms from the instant at which a request was due to be sent."""

    plan: Plan
    verdict: Verdict
    latency: dict[str, float]
    down: list[float]
    """Seconds that each restart took."""
    champions: int
    """Pairs of models that answered."""
    refreshes: int

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        plan = asdict(self.plan) | {"step": str(self.plan.step), "start": self.plan.start.isoformat()}
        return asdict(self) | {"plan": plan}


@dataclass
class Scene:
    """A soak under way."""

    home: Path
    plan: Plan
    say: Say
    reached: list[pd.Timestamp] = field(default_factory=list)

    def pipeline(self, *arguments: str) -> "subprocess.Popen[str]":
        """The feature pipeline in a process of its own."""
        command = [
            sys.executable,
            "-m",
            "lab.service.feature_pipeline",
            "--home",
            str(self.home),
            *arguments,
        ]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def follow(self, pipeline: "subprocess.Popen[str]") -> None:
        """Note how far it says it has come, until it ends."""
        assert pipeline.stdout is not None
        for line in pipeline.stdout:
            self.reached.append(pd.Timestamp(line.split()[3]))
            self.say(line.strip())


def soak(home: Path, plan: Plan, say: Say) -> Report:
    """Run the plan on a fresh copy of what the study trained, then judge what the callers and the log have."""
    scene = Scene(read_while_written(renew_installation("fti", home)), plan, say)
    scene.follow(scene.pipeline("--until", plan.start.isoformat()))
    if not scene.reached:
        raise StudyError("the feature pipeline ended without a word: run python -m lab.service.feature_pipeline")
    facts, challengers, service = load_facts(), fitted(home), ServiceProcess(home)
    callers = Callers(facts, plan, scene.reached)
    service.start()
    with _changing(scene, service, challengers) as changing:
        callers.ask(service.url, changing)
    service.stop()
    say("judging")
    log = read_answers(home / "answers")
    return Report(
        plan,
        judged(callers.asked, log, service, challengers, plan),
        _latency(callers.asked),
        [until - since for since, until in service.down],
        len(log[["model_version", "model_version_delay"]].drop_duplicates()),
        len(scene.reached) - 1,
    )


def judged(
    asked: list[Asked], log: pd.DataFrame, service: ServiceProcess, challengers: Challengers, plan: Plan
) -> Verdict:
    """The verdict on callers' requests and the log."""
    excused, failed = failures(asked, service.down)
    whole = log[log["degraded"].isna()]
    checked = whole.sample(min(SAMPLE, len(whole)), random_state=0)
    return Verdict(
        len(asked), sum(request.status == 200 for request in asked), excused, failed, not_logged(asked, log),
        len(checked), wrong_features(load_facts(), checked, plan.step),
        wrong_predictions(log, challengers.by_version), int(log["degraded"].notna().sum()),
    )  # fmt: skip


@contextmanager
def _changing(scene: Scene, service: ServiceProcess, challengers: Challengers) -> Iterator[Callable[[], bool]]:
    """Refreshes, swaps and kills, at their times; yields a way to ask whether swaps or kills are still to come."""
    plan = scene.plan
    pipeline = scene.pipeline("--every", str(plan.every), "--step", str(plan.step))
    threads = [
        threading.Thread(target=scene.follow, args=[pipeline]),
        threading.Thread(target=at_times, args=[plan.swapped_at(), challengers.register, scene.say, "a new champion"]),
        threading.Thread(target=at_times, args=[plan.killed_at(), service.kill, scene.say, "killed and up again"]),
    ]
    for thread in threads:
        thread.start()
    try:
        yield lambda: any(thread.is_alive() for thread in threads[1:])
    finally:
        for thread in threads[1:]:
            thread.join()
        pipeline.terminate()
        threads[0].join()


def at_times(times: list[float], act: Callable[[], object], say: Say, what: str) -> None:
    """Act at each of the times, in seconds from now."""
    began = time.monotonic()
    for at in times:
        time.sleep(max(0.0, began + at - time.monotonic()))
        act()
        say(f"{what} at {time.monotonic() - began:.0f} s")


def _latency(asked: list[Asked]) -> dict[str, float]:
    took = [(request.done - request.sent) * 1000 for request in asked if request.status == 200]
    return {f"p{share}": float(np.quantile(took, share / 100)) for share in (50, 95, 99)}
