"""Deletes each artefact of an installation and sees which jobs notice. It runs inside the patched copy."""

from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pandas as pd

from lab.changes.operation import Operation
from lab.changes.replay_dataset import INSTALLED, read_dataset
from lab.changes.situation import Situation
from lab.sandbox.installations import copy_installation
from measure.code.readers import FAILS, OTHER, SAME, delete_artefact, list_artefacts
from problem.contract import TARGETS, requests
from problem.world import World


def observe_deletions(situation: Situation) -> list[dict[str, str]]:
    """A row for each artefact of the installation and each job: what the job did without it."""
    home, dataset = situation.home, read_dataset(situation.ground)

    def gave(artefact: str) -> dict[str, str]:
        copy = copy_installation(home, Path(mkdtemp(dir=home.parent)))
        if artefact:
            delete_artefact(copy, artefact)
        return {job: _run_job(call) for job, call in list_jobs(Operation(situation.system, copy, dataset)).items()}

    whole = gave("")
    return [
        {"artefact": artefact, "job": job, "did": _compare_output(said, whole[job])}
        for artefact in list_artefacts(home)
        for job, said in gave(artefact).items()
    ]


def list_jobs(operation: Operation) -> dict[str, Callable[[], object]]:
    """Each program that an owner starts, by name, started by itself: it opens the installation anew."""
    found: dict[str, Callable[[], object]] = {}
    for mode in operation.opened().modes:
        past = operation.past(mode)
        past = past[past["asked_at"] <= INSTALLED].reset_index(drop=True)
        asked = past["asked_at"].value_counts()
        now = asked[asked > 1].index.max()  # the last instant at which several questions were asked
        found |= {f"{job}, {mode}": call for job, call in _list_jobs_of_mode(operation, past, now).items()}
    return found


def _list_jobs_of_mode(operation: Operation, past: pd.DataFrame, now: pd.Timestamp) -> dict[str, Callable[[], object]]:
    facts = operation.ground.facts
    asked = past[past["asked_at"] == now].reset_index(drop=True)

    def answered() -> pd.DataFrame:
        system: Any = operation.opened()
        return system.predict(pd.DataFrame(system.look_up(World(facts, now), requests(asked))))

    return {"answering": answered, "training": lambda: operation.opened().train(facts.known_at(now), past, TARGETS[0])}


def _run_job(call: Callable[[], object]) -> str:
    try:
        given = call()
    except Exception:
        return FAILS
    assert isinstance(given, pd.DataFrame)
    return given.to_json(double_precision=12) or ""


def _compare_output(said: str, before: str) -> str:
    assert before != FAILS
    return FAILS if said == FAILS else SAME if said == before else OTHER
