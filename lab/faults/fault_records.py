"""The steps that make the failure matrix, and its cells as they are kept with the code."""

import json
from dataclasses import asdict
from pathlib import Path

from lab.changes.change_records import plan_base
from lab.engine.recorded import Recorded
from lab.engine.step import Step
from lab.engine.step_keys import digest_of_steps
from lab.engine.workspace import REPOSITORY
from lab.faults.fault_cell import Cell
from lab.systems import find_system, list_core

RECORD = Recorded(REPOSITORY / "lab" / "faults" / "records" / "faults.json")


def plan_faults(systems: list[str]) -> list[Step]:
    """What the replay stands on, and one step for each system in which all its cells are made."""
    return [*plan_base(systems), *map(_plan_cells, systems)]


def _plan_cells(name: str) -> Step:
    system = find_system(name)
    adapters = (f"{system.package}.adapters.study",) if system.adapter("study") else ()
    loads, call = (*system.modules, *adapters), "lab.faults.fault_cell:make_cells"
    title, after = f"{name}: every job under every fault", (f"base-{name}",)
    return Step(f"cells-{name}", call, title, {"system": name}, after, loads=loads, data=system.text)


def collect_cells(steps: Path, systems: list[str]) -> list[Cell]:
    """The cells of finished steps."""
    files = [steps / f"cells-{system}" / "cells.json" for system in systems]
    return [Cell(**row) for file in files for row in json.loads(file.read_text())]


def compute_digests() -> dict[str, str]:
    """By system, the digest of all that its cells depend on, as it is now."""
    digests = digest_of_steps(plan_faults(list_core()))
    return {system: digests[f"cells-{system}"] for system in list_core()}


def record_cells(cells: list[Cell]) -> None:
    """Keep these cells."""
    values = {system: [asdict(cell) for cell in cells if cell.system == system] for system in list_core()}
    RECORD.write(values, compute_digests())


def read_recorded() -> list[Cell]:
    """The cells that were kept, in the order of systems."""
    values = RECORD.values()
    return [Cell(**row) for system in list_core() for row in values[system]]
