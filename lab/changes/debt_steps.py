"""The steps that take debt, evolution and roll-backs, on top of what the replay stands on."""

from lab.changes.change_requests import REQUESTS
from lab.changes.evolution import list_with_service
from lab.changes.replay_steps import list_files, plan_base
from lab.engine.step import Step
from lab.systems import find_system, list_core

INSIDE = {
    "evolve": "lab.changes.touched_outcomes",
    "debt": "lab.changes.debt_counts",
    "consume": "lab.changes.artefact_deletions",
    "rollback": "lab.changes.rolled_back_answers",
}
"""By kind of step, what it calls in its copy of the code."""
CALLS = {
    "evolve": ("lab.changes.evolution:evolve", "mutants of what the patches touched"),
    "debt": ("lab.changes.debt:debt", "debt before and after every request"),
    "consume": ("lab.changes.artefact_consumers:consume", "who reads what is stored"),
    "rollback": ("lab.changes.rollback:roll_back_models", "models rolled back"),
}
"""By kind of step, its function and title; the longest first."""


def plan_debt() -> list[Step]:
    """A step for each kind and system; all states of a system are one step, as most of its time goes into imports."""
    pairs = [(kind, system) for kind in CALLS for system in reversed(list_core())]  # the dearest system stands last
    return [
        *plan_base(list_core()),
        *(_plan_step(*pair) for pair in pairs if pair[0] != "evolve" or pair[1] in list_with_service()),
    ]


def _plan_step(kind: str, system: str) -> Step:
    call, title = CALLS[kind]
    loads = (INSIDE[kind], *find_system(system).modules)
    patches = tuple(file for request in REQUESTS for file in list_files(request, system))
    data = ("measure/code/roles.toml", *patches, *find_system(system).text)
    arguments, after = {"system": system}, (f"base-{system}",)
    return Step(f"{kind}-{system}", call, f"{system}: {title}", arguments, after, data=data, loads=loads)
