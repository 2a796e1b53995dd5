"""Who reads what an installation keeps: declared by whom, and observed by deleting it."""

import json
import os
from collections.abc import Callable
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pandas as pd

from lab.changes.operation import Operation
from lab.changes.patched_system import BEFORE, patched
from lab.changes.replay import warm_up
from lab.changes.replay_dataset import INSTALLED
from lab.sandbox.installations import moved
from measure.code.readers import FAILS, OTHER, SAME, Pair, artefacts, delete
from problem.contract import TARGETS, requests
from problem.world import World

SERVICE = "feature service"
DECLARED = {"fti": {"features/history/*": SERVICE, "features/online.db": SERVICE}}
"""By system, the artefacts of which a catalogue says who reads them: the store's feature service names each column that
the flight models read. A model registry names models, and not who loads them; a path names nothing."""


def consume(folder: Path, name: str, steps: Path) -> None:
    """Delete each artefact of a system in turn; ``consumers.json`` holds artefact, job, and what the job then did."""
    warm_up(steps / f"base-{name}" / "modules.json")
    with patched(BEFORE, name, steps) as found:
        told = found.case.in_copy(lambda say: say(import_module("lab.changes.artefact_consumers").observed()))
    if not isinstance(told[0], list):
        raise RuntimeError(f"{name}: {told[0]}")
    (folder / "consumers.json").write_text(json.dumps(told[0]))


def observed() -> list[dict[str, str]]:
    """In the copy: a row per artefact and job."""
    from lab.changes.replay_dataset import stand_on

    home, ground = Path(os.environ["INSTALLATION"]), stand_on(Path(os.environ["GROUND"]))

    def gave(artefact: str) -> dict[str, str]:
        copy = moved(home, Path(mkdtemp(dir=home.parent)))
        if artefact:
            delete(copy, artefact)
        return {job: _said(call) for job, call in jobs(Operation(os.environ["CHANGED"], copy, ground)).items()}

    whole = gave("")
    return [
        {"artefact": artefact, "job": job, "did": _compared(said, whole[job])}
        for artefact in artefacts(home)
        for job, said in gave(artefact).items()
    ]


def jobs(operation: Operation) -> dict[str, Callable[[], object]]:
    """Each program that an owner starts, by name, started by itself: it opens the installation anew."""
    found: dict[str, Callable[[], object]] = {}
    for mode in operation.opened().modes:
        past = operation.past(mode)
        past = past[past["asked_at"] <= INSTALLED].reset_index(drop=True)
        asked = past["asked_at"].value_counts()
        now = asked[asked > 1].index.max()  # the last instant at which several questions were asked
        found |= {f"{job}, {mode}": call for job, call in _of_mode(operation, past, now).items()}
    return found


def _of_mode(operation: Operation, past: pd.DataFrame, now: pd.Timestamp) -> dict[str, Callable[[], object]]:
    facts = operation.ground.facts
    asked = past[past["asked_at"] == now].reset_index(drop=True)

    def answered() -> pd.DataFrame:
        system: Any = operation.opened()
        return system.predict(pd.DataFrame(system.look_up(World(facts, now), requests(asked))))

    return {"answering": answered, "training": lambda: operation.opened().train(facts.known_at(now), past, TARGETS[0])}


def _said(call: Callable[[], object]) -> str:
    try:
        given = call()
    except Exception:
        return FAILS
    assert isinstance(given, pd.DataFrame)
    return given.to_json(double_precision=12) or ""


def _compared(said: str, before: str) -> str:
    assert before != FAILS
    return FAILS if said == FAILS else SAME if said == before else OTHER


def declared(system: str, pairs: list[Pair]) -> dict[Pair, str]:
    """Of these pairs, those whose artefact is declared to be read, and by what."""
    said = DECLARED.get(system, {}).items()
    return {pair: by for pair in pairs for artefact, by in said if fnmatch(pair[0], artefact)}
