"""The steps of the replay: the ground, every system put into operation, and one step a cell."""

from lab.changes.change_requests import REQUESTS, ChangeRequest
from lab.engine.workspace import REPOSITORY
from lab.study.study_steps import Step
from lab.systems import find_system

GROUND = ("problem", "requirements.lock", "lab/changes/replay_dataset.py", "lab/study/steps/small_world.py",
          "lab/study/steps/awkward_situations.py")  # fmt: skip
OPERATED = (
    "lab/changes/operation.py",
    "lab/sandbox/installations.py",
    "lab/changes/replay_worker.py",
    "lab/changes/versioned_modules.py",
)
BASE = (*GROUND, *OPERATED, "lab/study/steps/full_year.py")
JUDGING = ("replay", "change_cell", "patch_blocks", "traced_run", "ships", "deployables")
CELL = (*(f"lab/changes/{name}.py" for name in JUDGING), "lab/sandbox", "lab/engine/isolation.py")
TESTS = ("lab/changes/conftest.py", "lab/changes/test_contract.py", "lab/changes/both_kinds.py")
RULERS = (
    "measure/data/skew.py",
    "measure/data/table_compare.py",
    *(f"measure/code/{name}.py" for name in ("impact", "lines", "sources", "callgraph", "names")),
)


def plan(systems: list[str], requests: tuple[ChangeRequest, ...] = REQUESTS) -> dict[str, Step]:
    """All steps for these systems and requests, the dearest systems first."""
    steps = [Step("ground", "ground", "the ground: a small world of real flights", GROUND)]
    steps += [_base(system) for system in systems]
    steps += [_cell(request, system) for request in requests for system in systems]
    return {step.name: step for step in steps}


def _base(system: str) -> Step:
    sources = (*BASE, find_system(system).folder)
    return Step(f"base-{system}", "base", f"{system}: put into operation", sources, system, ("ground",))


def cell_name(request: ChangeRequest, system: str) -> str:
    """The name of a cell's step."""
    return f"{request.id}-{system}"


def _cell(request: ChangeRequest, system: str) -> Step:
    own = (request.patch(system), request.beaten(system), request.cannot(system))
    shared = [
        request.text,
        *(request.folder / name for name in ("problem.patch", "test_accepted.py", "test_cannot.py")),
    ]
    files = [str(file.relative_to(REPOSITORY)) for file in (*own, *shared)]
    sources = (*CELL, *TESTS, *RULERS, *files)
    name = cell_name(request, system)
    return Step(name, "replay", f"{request.id} {request.title}: {system}", sources, name, (f"base-{system}",))
