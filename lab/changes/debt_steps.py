"""The steps that take debt and evolution, on top of the replay's ground and installations."""

from lab.changes import replay_steps as replayed
from lab.changes.change_requests import REQUESTS
from lab.changes.evolution import with_a_service
from lab.engine.workspace import REPOSITORY
from lab.study.study_steps import Step
from lab.systems import core

RULES = tuple(
    f"measure/code/{name}.py"
    for name in ("roles", "tagging", "value_paths", "readers", "flags", "lines", "sources", "names")
)
LIVING = (*(f"lab/changes/{name}.py" for name in ("patched_system", "patch_blocks", "deployables", "debt_work")),
          "lab/sandbox", "lab/engine/isolation.py")  # fmt: skip
DEBT = (*LIVING, *RULES, "measure/code/roles.toml", "lab/changes/debt.py", "lab/changes/debt_metrics.py")
MUTANTS = ("mutants", "operators", "mutation_sites", "effect", "impact", "sources")
MUTATION = (
    *(f"measure/code/{name}.py" for name in MUTANTS),
    "measure/data/table_compare.py",
    "lab/study/steps/system_run.py",
)
EVOLUTION = (*LIVING, *MUTATION, "lab/changes/evolution.py", "lab/changes/touched.py")
CONSUMERS = (*LIVING, "measure/code/readers.py", "lab/changes/artefact_consumers.py")


KINDS = {
    "evolve": ("mutants of what the patches touched", EVOLUTION),
    "debt": ("debt before and after every request", DEBT),
    "consume": ("who reads what is stored", CONSUMERS),
}
"""By job, its title and its sources, the system's own and the patches aside; the longest first."""


def plan(systems: tuple[str, ...] = tuple(core())) -> dict[str, Step]:
    """A step a job and a system; all states of a system are one step, as most of its time goes into imports."""
    every = [(job, system) for job in KINDS for system in reversed(systems)]  # the dearest system stands last
    found = [_step(job, system) for job, system in every if job != "evolve" or system in with_a_service()]
    return replayed.plan(list(systems), ()) | {step.name: step for step in found}


def _step(job: str, system: str) -> Step:
    title, sources = KINDS[job]
    patches = () if job == "consume" else _patches(system)
    return Step(f"{job}-{system}", job, f"{system}: {title}", (*sources, *patches), system, (f"base-{system}",))


def _patches(system: str) -> tuple[str, ...]:
    """What each request changes on neutral ground and in the system, or why it cannot."""
    files = [
        file
        for request in REQUESTS
        for file in (request.folder / "problem.patch", request.patch(system), request.cannot(system))
    ]
    return tuple(str(file.relative_to(REPOSITORY)) for file in files)
