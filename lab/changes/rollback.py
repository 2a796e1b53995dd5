"""Last week's models brought back alone, and with their features, across a change of a feature's definition.

Alone: C10 is rolled out, and nothing is fitted anew. The pair: C14 is rolled out, its models are fitted, and last
week's are rolled back. Either way the questions are asked again, and answers are held against those of then.
``python -m lab.changes.rollback`` measures it and keeps ``rollback.json``.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from lab.changes.case import Case
from lab.changes.change_records import digests
from lab.changes.change_requests import BY_ID
from lab.changes.replay_steps import plan
from lab.changes.rolled_back_answers import RolledBack
from lab.engine.display import Display
from lab.engine.executor import Execution
from lab.engine.workspace import open_workspace, study_folder
from lab.sandbox.patched_copy import patched_copy
from lab.systems import core, find_system

FILE = Path(__file__).parent / "records" / "rollback.json"
REQUESTS = {"alone": "C10", "pair": "C14"}
"""By what is rolled back, the request that changes the definition."""


def measured(system: str, what: str, steps: Path, changed: bool = True) -> list[RolledBack]:
    """Roll back on one system; ``steps`` has the ground and the system in operation.

    ``changed=False`` leaves the code as it was, which calibrates the ruler: nothing may differ.
    """
    request = BY_ID[REQUESTS[what]]
    patches = [request.folder / "problem.patch", request.patch(system)] if changed else []
    with patched_copy(patches) as copy:
        case = Case(system, find_system(system).folder, copy, steps, request.meant)
        rows: list[RolledBack] = case.call("lab.changes.rolled_back_answers:roll_back", what=what)
    return rows


def recorded() -> list[RolledBack]:
    """What was kept."""
    return [RolledBack(**row) for row in json.loads(FILE.read_text())["rows"]]


def sources() -> dict[str, str]:
    """Digests of all that the results rest on, by cell of the replay."""
    return {name: digest for name, digest in digests().items() if name.partition("-")[0] in REQUESTS.values()}


def main() -> int:
    """Measure every system and keep the results."""
    with open_workspace(study_folder()) as home:
        with Display(Console()) as display:
            Execution(plan(core(), ()), home / "changes", display, ("-m", "lab.changes.replay_worker")).run()
        pairs = [(system, what) for system in core() for what in REQUESTS]
        rows = [row for system, what in pairs for row in measured(system, what, home / "changes")]
    kept = {"sources": sources(), "rows": [asdict(row) for row in rows]}
    FILE.write_text(json.dumps(kept, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
