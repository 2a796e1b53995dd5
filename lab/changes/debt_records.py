"""Debt and evolution as they are kept: ``debt.json`` among the results, and a copy with the code.

Each step's digest of the sources that it rests on lies beside them, so a test can tell what is stale.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from lab.changes.artefact_consumers import declared
from lab.changes.change_records import sources_of
from lab.changes.debt_metrics import State
from lab.changes.debt_steps import plan
from lab.engine.step_cache import digest, source_digest
from measure.code.cochange import COLUMNS
from measure.code.readers import Consumers, consumers

FILE = Path(__file__).parent / "records" / "debt.json"
RESULT = "debt.json"
OUTPUTS = {"debt": "states.json", "evolve": "mutants.json", "consume": "consumers.json"}
"""What each kind of step leaves."""


@dataclass(frozen=True)
class Debt:
    """``states``: a system before any request and after each; ``mutants``: of the code that patches touched.

    ``mutants`` has ``measure.code.cochange.COLUMNS``, ``request``, ``system``, ``reached``, and of how many
    ``mutants`` in the touched code it is a sample. ``readers``: by system, who reads what its installation keeps.
    """

    states: list[State]
    mutants: pd.DataFrame
    readers: dict[str, Consumers]

    def state(self, request: str, system: str) -> State:
        """The state after a request (or ``before``); raises ``LookupError`` if the system cannot meet it."""
        for state in self.states:
            if (state.request, state.system) == (request, system):
                return state
        raise LookupError(f"{system} cannot meet {request}")


def collect(steps: Path) -> dict[str, Any]:
    """What finished steps left, by step, with their digests."""
    names = {name: step.job for name, step in plan().items() if step.job in OUTPUTS}
    return {
        "digests": digests(),
        "steps": {name: json.loads((steps / name / OUTPUTS[job]).read_text()) for name, job in names.items()},
    }


def digests() -> dict[str, str]:
    """By step, a digest of all sources that it depends on, as they are now."""
    source_digest.cache_clear()
    steps = plan()
    names = [name for name, step in steps.items() if step.job in OUTPUTS]
    return {name: digest("\n".join(sources_of(name, steps)).encode()) for name in names}


def write(found: dict[str, Any], file: Path) -> None:
    """Write what was collected, a line a step."""
    lines = [f"{json.dumps(name)}: {json.dumps(of, separators=(',', ':'))}" for name, of in found["steps"].items()]
    steps = ",\n".join(lines)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'{{"digests": {json.dumps(found["digests"], indent=0)},\n"steps": {{\n{steps}\n}}}}\n')


def recorded(file: Path = FILE) -> Debt:
    """The debt that was kept."""
    kept = json.loads(file.read_text())["steps"]
    of = {job: {n.partition("-")[2]: given for n, given in kept.items() if n.startswith(f"{job}-")} for job in OUTPUTS}
    mutants = [row for rows in of["evolve"].values() for row in rows]
    return Debt(
        [State(**state) for states in of["debt"].values() for state in states],
        pd.DataFrame(mutants, columns=["request", "system", "mutants", "reached", *COLUMNS]),
        {system: _readers(system, rows) for system, rows in of["consume"].items()},
    )


def _readers(system: str, rows: list[dict[str, str]]) -> Consumers:
    outcomes = {(row["artefact"], row["job"]): row["did"] for row in rows}
    return consumers(outcomes, declared(system, list(outcomes)))


def stale() -> list[str]:
    """Steps whose sources have changed since they were kept, and those that nobody has kept yet."""
    kept = json.loads(FILE.read_text())["digests"]
    return [name for name, now in digests().items() if kept.get(name) != now]
