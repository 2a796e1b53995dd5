"""The replay's results as they are kept with the code: replaying everything takes longer than a test may.

Each cell carries a digest of the sources that it rests on, so a test can tell which of them are stale.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lab.changes.change_cell import Cell
from lab.changes.change_requests import REQUESTS
from lab.changes.replay_steps import cell_name, plan
from lab.engine.step_cache import digest, source_digest
from lab.study.study_steps import Step
from lab.systems import core

FILE = Path(__file__).parent / "records" / "changes.json"


def digests() -> dict[str, str]:
    """By cell, a digest of all sources that its steps depend on, as they are now."""
    source_digest.cache_clear()
    steps = plan(core())
    names = [cell_name(request, system) for request in REQUESTS for system in core()]
    return {name: digest("\n".join(sources_of(name, steps)).encode()) for name in names}


def sources_of(name: str, steps: dict[str, Step]) -> list[str]:
    """The digests of all sources that a step and those before it depend on."""
    step = steps[name]
    earlier = [digest for before in step.after for digest in sources_of(before, steps)]
    return [*earlier, *map(source_digest, step.sources)]


def record(cells: list[Cell]) -> None:
    """Keep these cells, without their patches: those lie beside the requests."""
    now = digests()
    rows = [asdict(cell) | {"digest": now[f"{cell.request}-{cell.system}"]} for cell in cells]
    FILE.write_text(json.dumps([_without(row, "patch") for row in rows], indent=1) + "\n")


def recorded() -> list[Cell]:
    """The cells that were kept."""
    return [Cell(**_without(row, "digest")) for row in json.loads(FILE.read_text())]


def stale() -> list[str]:
    """Cells whose sources have changed since they were kept, and cells that nobody has kept yet."""
    kept = {f"{row['request']}-{row['system']}": row["digest"] for row in json.loads(FILE.read_text())}
    return [name for name, now in digests().items() if kept.get(name) != now]


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}
