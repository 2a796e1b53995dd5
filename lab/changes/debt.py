"""The step that takes the debt of a system as it is after one request: glue, jungle, dead paths."""

import json
from dataclasses import asdict
from pathlib import Path

from lab.changes.debt_metrics import State
from lab.changes.patched_system import BEFORE, list_states, patch_system
from lab.changes.replay import import_libraries
from lab.engine.progress import reported

EXPERIMENTS = (BEFORE, "C4", "C5", "C6", "C12", "C13")
"""States in which lines are counted: where a model, a learner or an engine came, or a second one beside it."""


def debt(folder: Path, steps: Path, system: str) -> None:
    """Take the debt of a system, before any request and after each; ``states.json`` holds a ``State`` each."""
    import_libraries(steps / f"base-{system}" / "modules.json")
    found = [asdict(_count_state(state, system, steps)) for state in reported(list_states(system))]
    (folder / "states.json").write_text(json.dumps(found))


def _count_state(state: str, system: str, steps: Path) -> State:
    with patch_system(state, system, steps) as found:
        counts = found.case.call(
            "lab.changes.debt_counts:count_debt", package=found.case.folder, experiment=state in EXPERIMENTS
        )
    return State(request=state, system=system, **counts)
