"""The worker behind the evolution of ruler 5: mutants of the functions that a request's patch touched, and no others.

A full run of mutants takes ten minutes a system; here only new and changed code is asked whether both sides follow it.
Operators, effect and verdict are those of the full run (``lab.study.steps.mutant_outcomes``). Questions are
real-time ones, the only kind that all systems with a service answer. Of many mutants some are taken, spread evenly
(``lab.changes.touched``).
"""

import json
from pathlib import Path
from typing import Any

from lab.changes.patched_system import list_patched, patch_system
from lab.changes.replay import import_libraries
from lab.changes.touched import find_touched, take_sample
from lab.changes.touched_outcomes import MODE
from lab.engine.progress import reported
from lab.systems import find_system, list_core


def list_with_service() -> list[str]:
    """The names of the core systems that answer in real time."""
    return [name for name in list_core() if MODE in find_system(name).modes]


def evolve(folder: Path, steps: Path, system: str) -> None:
    """Mutate what each patch of a system touched; writes ``mutants.json``, a row a mutant."""
    import_libraries(steps / f"base-{system}" / "modules.json")
    rows = [row for request in reported(list_patched(system)) for row in _run_mutants(request, system, steps)]
    (folder / "mutants.json").write_text(json.dumps(rows))


def _run_mutants(request: str, system: str, steps: Path) -> list[dict[str, Any]]:
    with patch_system(request, system, steps) as found:
        places, of = take_sample(find_touched(found)), len(find_touched(found))
        rows = found.case.call("lab.changes.touched_outcomes:run_touched", package=found.case.folder, places=places)
    return [{"request": request, "system": system, "mutants": of} | row for row in rows]
