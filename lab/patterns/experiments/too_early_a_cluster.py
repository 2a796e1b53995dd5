"""Too early a cluster? What five places to run a service ask of its owners, and which settings anybody would miss."""

import tomllib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from lab.patterns.declared_service import read_declared
from lab.patterns.declared_settings import list_settings, read_documents
from lab.patterns.manifest_schemas import find_form_faults
from lab.patterns.service_conformance import conform
from lab.patterns.service_models import put_models
from lab.patterns.setting_finders import NOBODY, Rung, find_finders

DATA = (
    "reference/release/process_then_container/operation.toml",
    "reference/release/process_then_container/process/supervisord.conf",
    "reference/release/process_then_container/compose/compose.yaml",
    "reference/release/process_then_container/ecs/service.json",
    "reference/release/process_then_container/ecs/target_group.json",
    "reference/release/process_then_container/ecs/task_definition.json",
    "reference/release/process_then_container/cloud_run/service.yaml",
    "antipatterns/release/kubernetes_too_early/operation.toml",
    "antipatterns/release/kubernetes_too_early/config_map.yaml",
    "antipatterns/release/kubernetes_too_early/deployment.yaml",
    "antipatterns/release/kubernetes_too_early/horizontal_pod_autoscaler.yaml",
    "antipatterns/release/kubernetes_too_early/ingress.yaml",
    "antipatterns/release/kubernetes_too_early/namespace.yaml",
    "antipatterns/release/kubernetes_too_early/network_policy.yaml",
    "antipatterns/release/kubernetes_too_early/pod_disruption_budget.yaml",
    "antipatterns/release/kubernetes_too_early/service.yaml",
    "antipatterns/release/kubernetes_too_early/service_account.yaml",
)
WANTED = (
    "started again after a crash",
    "answers under way are finished on stop",
    "the same files with any provider",
    "the tested image runs everywhere",
    "a limit on memory",
    "no caller before it is ready",
    "goes on when its machine dies",
    "a release without a gap",
    "an encrypted way in",
    "rules on who may call whom",
    "more copies under load",
    "maintenance takes one copy at a time",
)
"""What one may want of a place to run a service, the commonest first (our order)."""
ORDER = ("process", "compose", "ecs", "cloud_run", "cluster")
AT_ONCE = 3


def measure(folder: Path, sides: Mapping[str, ModuleType]) -> dict[str, Any]:
    """By rung: counts, the suite on the files as they are, and who finds each changed setting."""
    put_models(folder / "models")
    rungs = read_rungs(sides)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        suites = dict(zip(rungs, pool.map(lambda rung: try_suite(rung, folder), rungs.values()), strict=True))
        finders = {name: find_finders(rung, folder, pool) for name, rung in rungs.items()}
    found = {
        "rungs": {name: count_things(rung) for name, rung in rungs.items()},
        "suites": suites,
        "finders": finders,
        "wanted": {want: [name for name, rung in rungs.items() if want in rung.operation["gives"]] for want in WANTED},
    }
    return {"headline": tell(found), **found}


def read_rungs(sides: Mapping[str, ModuleType]) -> dict[str, Rung]:
    """All rungs of both sides, from the least up."""
    rungs = {}
    for side in sides.values():
        deployment = import_module(f"{side.__name__}.deployment")
        operation = tomllib.loads((deployment.FOLDER / "operation.toml").read_text())
        for name, place in deployment.RUNGS.items():
            rungs[name] = Rung(name, read_documents(place), operation[name])
    return {name: rungs[name] for name in sorted(rungs, key=ORDER.index)}


def count_things(rung: Rung) -> dict[str, Any]:
    """By construction: what there is to write, to own and to do."""
    kinds = {held.get("kind", file) for file, held in rung.documents.items()}
    return {
        "files": len(rung.documents),
        "settings": len(list_settings(rung.documents)),
        "kinds": len(kinds),
        "secrets": len(rung.operation["secrets"]),
        "first_answer": len(rung.operation["first_answer"]),
        "roll_back": len(rung.operation["roll_back"]),
        "gives": len(rung.operation["gives"]),
    }


def try_suite(rung: Rung, folder: Path) -> dict[str, str]:
    """The schema and the conformance suite on the files as they are: by check what is wrong, "" for nothing."""
    faults = find_form_faults(rung.name, rung.documents)
    return {"schema": "; ".join(faults)} | conform(read_declared(rung.name, rung.documents), folder)


def share_found(rows: list[dict[str, Any]]) -> float:
    """The share of changed settings that somebody finds."""
    return sum(row["finder"] != NOBODY for row in rows) / len(rows)


def tell(found: Mapping[str, Any]) -> str:
    """The result in one line."""
    rungs, missed = found["rungs"], {name: share_found(rows) for name, rows in found["finders"].items()}
    only = [want for want, given in found["wanted"].items() if given == ["cluster"]]
    return (
        f"the cluster has {rungs['cluster']['settings']} settings, of which a change is found on a laptop in "
        f"{missed['cluster']:.0%}, a process {rungs['process']['settings']} and {missed['process']:.0%}; of "
        f"{len(WANTED)} things one may want the cluster alone gives {len(only)}"
    )
