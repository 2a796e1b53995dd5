"""Last week's models brought back alone, and with their features, across a change of a feature's definition.

Alone: C10 is rolled out, and nothing is fitted anew. The pair: C14 is rolled out, its models are fitted, and last
week's are rolled back. Either way the questions are asked again, and answers are held against those of then.
"""

import json
from dataclasses import asdict
from pathlib import Path

from lab.changes.case import Case
from lab.changes.change_requests import BY_ID
from lab.changes.replay import import_libraries
from lab.changes.rolled_back_answers import RolledBack
from lab.engine.progress import reported
from lab.sandbox.patched_copy import patched_copy
from lab.systems import find_system

REQUESTS = {"alone": "C10", "pair": "C14"}
"""By what is rolled back, the request that changes the definition."""


def measure_roll_back(system: str, what: str, steps: Path, changed: bool = True) -> list[RolledBack]:
    """Roll back on one system; ``steps`` has the ground and the system in operation.

    ``changed=False`` leaves the code as it was, which calibrates the ruler: nothing may differ.
    """
    request = BY_ID[REQUESTS[what]]
    patches = [request.folder / "problem.patch", request.patch(system)] if changed else []
    with patched_copy(patches) as copy:
        case = Case(system, find_system(system).folder, copy, steps, request.meant)
        rows: list[RolledBack] = case.call("lab.changes.rolled_back_answers:roll_back", what=what)
    return rows


def roll_back_models(folder: Path, steps: Path, system: str) -> None:
    """Roll back on one system in every way; ``rows.json`` holds rows of ``RolledBack``."""
    import_libraries(steps / f"base-{system}" / "modules.json")
    rows = [asdict(row) for what in reported(REQUESTS) for row in measure_roll_back(system, what, steps)]
    (folder / "rows.json").write_text(json.dumps(rows))
