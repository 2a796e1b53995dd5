"""The replay's results as they are kept with the code: replaying everything takes longer than a test may."""

from dataclasses import asdict

from lab.changes.change_cell import Cell
from lab.changes.change_requests import REQUESTS
from lab.changes.replay_steps import name_cell, plan_replay
from lab.engine.recorded import Recorded
from lab.engine.step_keys import digest_of_steps
from lab.engine.workspace import REPOSITORY
from lab.systems import list_core

RECORD = Recorded(REPOSITORY / "lab" / "changes" / "records" / "changes.json")


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
