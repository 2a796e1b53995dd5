"""The cells of the failure matrix as they are kept with the code."""

import json
from dataclasses import asdict
from pathlib import Path

from lab.engine.recorded import Recorded
from lab.engine.step_keys import digest_of_steps
from lab.engine.workspace import REPOSITORY
from lab.faults.fault_steps import plan
from lab.faults.matrix import Cell
from lab.systems import core

RECORD = Recorded(REPOSITORY / "lab" / "faults" / "records" / "faults.json")


def collect(steps: Path, systems: list[str]) -> list[Cell]:
    """The cells of finished steps."""
    files = [steps / f"cells-{system}" / "cells.json" for system in systems]
    return [Cell(**row) for file in files for row in json.loads(file.read_text())]


def compute_digests() -> dict[str, str]:
    """By system, the digest of all that its cells depend on, as it is now."""
    digests = digest_of_steps(plan(core()))
    return {system: digests[f"cells-{system}"] for system in core()}


def record(cells: list[Cell]) -> None:
    """Keep these cells."""
    values = {system: [asdict(cell) for cell in cells if cell.system == system] for system in core()}
    RECORD.write(values, compute_digests())


def recorded() -> list[Cell]:
    """The cells that were kept, in the order of systems."""
    values = RECORD.values()
    return [Cell(**row) for system in core() for row in values[system]]
