"""Who reads what an installation keeps: declared by whom, and observed by deleting it."""

import json
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pandas as pd

from lab.changes.operation import Operation
from lab.changes.patched_system import BEFORE, Situation, patch_system
from lab.changes.replay import import_libraries
from lab.changes.replay_dataset import INSTALLED, read_dataset
from lab.sandbox.installations import copy_installation
from measure.code.readers import FAILS, OTHER, SAME, Pair, delete_artefact, list_artefacts
from problem.contract import TARGETS, requests
from problem.world import World

SERVICE = "feature service"
DECLARED = {"fti": {"features/history/*": SERVICE, "features/online.db": SERVICE}}
"""By system, the artefacts of which a catalogue says who reads them: the store's feature service names each column that
the flight models read. A model registry names models, and not who loads them; a path names nothing."""


def consume(folder: Path, steps: Path, system: str) -> None:
    """Delete each artefact of a system in turn; ``consumers.json`` holds artefact, job, and what the job then did."""
    import_libraries(steps / f"base-{system}" / "modules.json")
    with patch_system(BEFORE, system, steps) as found:
        rows = found.case.call("lab.changes.artefact_consumers:observe_deletions")
    (folder / "consumers.json").write_text(json.dumps(rows))


def find_declared(system: str, pairs: list[Pair]) -> dict[Pair, str]:
    """Of these pairs, those whose artefact is declared to be read, and by what."""
    said = DECLARED.get(system, {}).items()
    return {pair: by for pair in pairs for artefact, by in said if fnmatch(pair[0], artefact)}


def observe_deletions(situation: Situation) -> list[dict[str, str]]:
    """A row for each artefact of the installation and job: what the job did without it. Runs in the patched copy."""
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
