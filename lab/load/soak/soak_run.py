"""Runs a soak: the service, the feature pipeline and the callers as processes and threads of their own."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from signal import SIGKILL
from threading import Thread, Timer
from typing import Any

import numpy as np
import pandas as pd

from lab.engine.recorded import Recorded
from lab.engine.step import Step
from lab.engine.step_keys import digest_of_steps
from lab.engine.workspace import StudyError
from lab.load.served_system import ServedProcess
from lab.load.soak.callers import Callers, Plan
from lab.load.soak.soak_verdict import Report, judge
from lab.service.service_installation import read_while_written, renew_installation
from lab.systems import find_system
from parts.service_shell.answer_log import read_answers
from problem.contract import FEATURES, TARGETS, Target
from problem.facts import Facts, load_facts
from problem.learner import new_learner
from problem.questions import CUT_OFF, questions, scheduled_between
from reference.systems.fti.adapters.served_models import ServedRegistry
from reference.systems.fti.stores import FeatureStore
from reference.systems.fti.training import training_features

RECORD = Recorded(Path(__file__).parents[1] / "records" / "soak.json")
Say = Callable[[str], object]
FULL = Plan(1800, 10, 10, 3, 60, pd.Timedelta("15min"), pd.Timestamp("2013-10-01 22:00", tz="UTC"))
"""Half an hour; its seven and a half hours of facts cross New York's midnight, when every view is refreshed."""
SHORT = Plan(24, 10, 2, 1, 4, pd.Timedelta("1h"), pd.Timestamp("2013-10-02 01:00", tz="UTC"))
"""The same in little."""
WEEKS = (2, 4)
"""Of September, on which challengers are fitted: on less than the study's, so every version says something else."""


def compute_digests() -> dict[str, str]:
    """The digest of all that the soak's entry depends on, as it is now: the soak, the service and FTI."""
    fti = find_system("fti")
    step = Step("soak", "lab.load.soak.soak_run:soak", "soak", loads=(fti.package, "lab.service"), data=fti.data)
    return digest_of_steps([step])


def soak(home: Path, plan: Plan, say: Say) -> Report:
    """Run the plan on a fresh copy of what the study trained, then judge what the callers and the log have."""
    read_while_written(renew_installation("fti", home))
    reached: list[pd.Timestamp] = []
    _follow(_start_pipeline(home, "--until", plan.start.isoformat()), reached, say)
    if not reached:
        raise StudyError("the feature pipeline ended without a word: run python -m lab.service.feature_pipeline")
    facts = load_facts()
    register_challenger, models = fit_challengers(home, facts)
    command = [sys.executable, "-m", "lab.service", "--home", str(home), "--port", "{port}"]
    service = ServedProcess(command, home / "service.log", path="/ready", environment={"OMP_NUM_THREADS": "1"})
    callers = Callers(service.url, facts, plan, reached)
    down: list[tuple[float, float]] = []
    changes = [Timer(at, register_challenger) for at in plan.swapped_at()]
    changes += [Timer(at, _kill, args=(service, down, say)) for at in plan.killed_at()]
    service.start()
    try:
        with _change(home, plan, changes, reached, say) as is_changing:
            callers.ask(is_changing)
    finally:
        service.end()
    say("judging")
    log = read_answers(home / "answers")
    answered = [(asked.done - asked.sent) * 1000 for asked in callers.asked if asked.status == 200]
    return Report(
        plan=plan,
        verdict=judge(callers.asked, log, down, models, plan.step),
        latency={f"p{share}": float(np.quantile(answered, share / 100)) for share in (50, 95, 99)},
        down=[until - since for since, until in down],
        champions=len(log[["model_version", "model_version_delay"]].drop_duplicates()),
        refreshes=len(reached) - 1,
    )


def fit_challengers(home: Path, facts: Facts) -> tuple[Callable[[], None], dict[str, Any]]:
    """A way to register a new champion, again and again, and by version every model that ever was or becomes one.

    Challengers for both targets are fitted from the installation's own store.
    """
    store = FeatureStore(home / "features")
    registry = ServedRegistry(home / "registry", store.features)
    models = [(f"{target}_real_time", _fit(store, facts, target, weeks)) for weeks in WEEKS for target in TARGETS]
    champions = {name: registry.champion(name) for name, _ in models}
    by_version = {f"{name}/{version}": model for name, (model, version) in champions.items()}
    challengers = cycle(models)

    def register() -> None:
        name, model = next(challengers)
        by_version[f"{name}/{registry.register(name, model)}"] = model

    return register, by_version


def _fit(store: FeatureStore, facts: Facts, target: Target, weeks: int) -> Any:
    asked = scheduled_between(questions(facts, "real_time"), CUT_OFF - pd.Timedelta(weeks=weeks), CUT_OFF)
    outcomes = facts.known_at(CUT_OFF).outcomes.rename(columns={"dep_delay": "delay"})
    labelled = asked.merge(outcomes[["flight_id", target]].dropna(), on="flight_id")
    table = training_features(store, labelled.drop(columns=target))
    return new_learner(target).fit(table[list(FEATURES)], labelled[target])


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
    home: Path, plan: Plan, changes: Sequence[Timer], reached: list[pd.Timestamp], say: Say
) -> Iterator[Callable[[], bool]]:
    """Refreshes and the other changes, at their times; yields a way to ask whether such a change is still to come."""
    pipeline = _start_pipeline(home, "--every", str(plan.every), "--step", str(plan.step))
    follower = Thread(target=_follow, args=[pipeline, reached, say])
    for thread in (follower, *changes):
        thread.start()
    try:
        yield lambda: any(change.is_alive() for change in changes)
    finally:
        for change in changes:
            change.cancel()  # whoever stops a soak waits for no change that is still to come
            change.join()
        pipeline.terminate()
        follower.join()
