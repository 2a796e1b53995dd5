"""The steps of the replay: the ground, every system put into operation, and one step a cell."""

from changes.catalogue import REQUESTS, ChangeRequest
from changes.deployables import PACKAGES
from runner.home import REPOSITORY
from runner.steps import Step

GROUND = ("problem", "requirements.lock", "changes/ground.py", "runner/workers/small_world.py",
          "runner/workers/situations.py")  # fmt: skip
OPERATED = tuple(f"changes/{name}.py" for name in ("operation", "installations", "work", "versions"))
BASE = (*GROUND, *OPERATED, "runner/workers/serving.py")
JUDGING = ("replay", "cell", "judge", "blocks", "life", "ships", "deployables", "copies")
CELL = (*(f"changes/{name}.py" for name in JUDGING), "runner/workers/fork.py")
TESTS = ("changes/conftest.py", "changes/test_contract.py", "changes/both_kinds.py")
RULERS = tuple(f"measure/{name}.py" for name in ("impact", "skew", "rows", "lines", "sources", "callgraph", "names"))


def plan(systems: list[str], requests: tuple[ChangeRequest, ...] = REQUESTS) -> dict[str, Step]:
    """All steps for these systems and requests, the dearest systems first."""
    steps = [Step("ground", "ground", "the ground: a small world of real flights", GROUND)]
    steps += [_base(system) for system in systems]
    steps += [_cell(request, system) for request in requests for system in systems]
    return {step.name: step for step in steps}


def _base(system: str) -> Step:
    sources = (*BASE, PACKAGES[system])
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
