"""The cells as they are kept with the code, with a digest by system of the sources that they rest on."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lab.engine.step_cache import digest, source_digest
from lab.faults.fault_steps import plan
from lab.faults.matrix import Cell
from lab.systems import core

FILE = Path(__file__).parent / "records" / "faults.json"


def collect(steps: Path, systems: list[str]) -> list[Cell]:
    """The cells of finished steps."""
    files = [steps / f"cells-{system}" / "cells.json" for system in systems]
    return [Cell(**row) for file in files for row in json.loads(file.read_text())]


def digests() -> dict[str, str]:
    """By system, a digest of all sources that its cells rest on, as they are now."""
    source_digest.cache_clear()
    steps = plan(core())
    of = {system: (*steps[f"base-{system}"].sources, *steps[f"cells-{system}"].sources) for system in core()}
    return {system: digest("\n".join(map(source_digest, sources)).encode()) for system, sources in of.items()}


def record(cells: list[Cell]) -> None:
    """Keep these cells."""
    kept = {"digests": digests(), "cells": [asdict(cell) for cell in cells]}
    FILE.write_text(json.dumps(kept, indent=1) + "\n")


def recorded() -> list[Cell]:
    """The cells that were kept."""
    return [Cell(**row) for row in _kept()["cells"]]


def stale() -> list[str]:
    """Systems whose sources have changed since their cells were kept."""
    kept = _kept()["digests"]
    return [system for system, now in digests().items() if kept.get(system) != now]


def _kept() -> dict[str, Any]:
    return dict(json.loads(FILE.read_text()))
