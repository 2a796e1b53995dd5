"""The cells of the failure matrix as they are kept with the code."""

import json
from dataclasses import asdict
from pathlib import Path

from lab.engine.recorded import Recorded
from lab.engine.step_keys import digest_of_steps
from lab.engine.workspace import REPOSITORY
from lab.faults.fault_steps import plan_faults
from lab.faults.matrix import Cell
from lab.systems import list_core

RECORD = Recorded(REPOSITORY / "lab" / "faults" / "records" / "faults.json")


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
