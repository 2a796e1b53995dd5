"""The steps of the replay, and its results as they are kept: replaying everything takes longer than a test may."""

from dataclasses import asdict

from lab.changes.change_cell import Cell
from lab.changes.change_requests import REQUESTS, ChangeRequest
from lab.engine.recorded import Recorded
from lab.engine.step import Step
from lab.engine.step_keys import digest_of_steps
from lab.engine.workspace import REPOSITORY
from lab.systems import find_system, list_core

INSIDE = ("lab.changes.acceptance", "lab.changes.test_contract", "lab.changes.both_kinds")
"""What a cell calls or imports in its copy of the code."""
RECORD = Recorded(REPOSITORY / "lab" / "changes" / "records" / "changes.json")


def plan_replay(systems: list[str], requests: tuple[ChangeRequest, ...] = REQUESTS) -> list[Step]:
    """All steps for these systems and requests."""
    cells = [_plan_cell(request, system) for request in requests for system in systems]
    return [*plan_base(systems), *cells]


def plan_base(systems: list[str]) -> list[Step]:
    """What every cell stands on."""
    dataset = "lab.changes.replay_dataset:write_dataset"
    return [Step("ground", dataset, "the data: a small world of real flights"), *map(_plan_operation, systems)]


def _plan_operation(name: str) -> Step:
    system, call = find_system(name), "lab.changes.prepare_replay:put_into_operation"
    title, arguments, after = f"{name}: put into operation", {"system": name}, ("ground",)
    return Step(f"base-{name}", call, title, arguments, after, loads=system.modules, data=system.text)


def name_cell(request: ChangeRequest, system: str) -> str:
    """The name of a cell's step."""
    return f"{request.id}-{system}"


def _plan_cell(request: ChangeRequest, system: str) -> Step:
    studied = find_system(system)
    loads, data = (*INSIDE, *studied.modules), (*studied.data, *list_files(request, system))
    title, arguments = f"{request.id} {request.title}: {system}", {"request_id": request.id, "system": system}
    name, call = name_cell(request, system), "lab.changes.replay:replay"
    return Step(name, call, title, arguments, (f"base-{system}",), loads=loads, data=data)


def list_files(request: ChangeRequest, system: str) -> tuple[str, ...]:
    """Everything of a request that concerns a system, from the repository's root; not all of it need exist."""
    own = (request.patch(system), request.beaten(system), request.cannot(system))
    shared = ("problem.patch", "test_accepted.py", "test_cannot.py")
    files = (request.text, *own, *(request.folder / name for name in shared))
    return tuple(file.relative_to(REPOSITORY).as_posix() for file in files)


def compute_digests() -> dict[str, str]:
    """By cell, the digest of all that it depends on, as it is now."""
    names = [name_cell(request, system) for request in REQUESTS for system in list_core()]
    digests = digest_of_steps(plan_replay(list_core()))
    return {name: digests[name] for name in names}


def record_cells(cells: list[Cell]) -> None:
    """Keep these cells, without their patches: those lie beside the requests."""
    values = {f"{cell.request}-{cell.system}": {**asdict(cell), "patch": ""} for cell in cells}
    RECORD.write(values, compute_digests())


def read_recorded() -> list[Cell]:
    """The cells that were kept, in the order of requests and systems."""
    values = RECORD.values()
    return [Cell(**values[name_cell(request, system)]) for request in REQUESTS for system in list_core()]
