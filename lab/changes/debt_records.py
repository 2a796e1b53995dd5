"""Debt, evolution and roll-backs as they are kept with the code."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from lab.changes.artefact_consumers import find_declared
from lab.changes.debt_metrics import State
from lab.changes.debt_steps import plan_debt
from lab.changes.rolled_back_answers import RolledBack
from lab.engine.recorded import Recorded
from lab.engine.step_keys import digest_of_steps
from lab.engine.workspace import REPOSITORY
from lab.systems import list_core
from measure.code.cochange import COLUMNS
from measure.code.readers import Consumers, find_consumers

RECORD = Recorded(REPOSITORY / "lab" / "changes" / "records" / "debt.json")
OUTPUTS = {"debt": "states.json", "evolve": "mutants.json", "consume": "consumers.json", "rollback": "rows.json"}
"""What each kind of step leaves."""


@dataclass(frozen=True)
class Debt:
    """``states``: a system before any request and after each; ``mutants``: of the code that patches touched.

    ``mutants`` has ``measure.code.cochange.COLUMNS``, ``request``, ``system``, ``reached``, and of how many
    ``mutants`` in the touched code it is a sample. ``readers``: by system, who reads what its installation keeps;
    ``rolled_back``: answers after a roll-back against those of then.
    """

    states: list[State]
    mutants: pd.DataFrame
    readers: dict[str, Consumers]
    rolled_back: list[RolledBack] = field(default_factory=list)

    def state(self, request: str, system: str) -> State:
        """The state after a request (or ``before``); raises ``LookupError`` if the system cannot meet it."""
        for state in self.states:
            if (state.request, state.system) == (request, system):
                return state
        raise LookupError(f"{system} cannot meet {request}")


def collect_debt(steps: Path) -> dict[str, Any]:
    """What finished steps left, by step."""
    return {name: json.loads((steps / name / file).read_text()) for name, file in _outputs().items()}


def compute_digests() -> dict[str, str]:
    """By step, the digest of all that it depends on, as it is now."""
    digests = digest_of_steps(plan_debt())
    return {name: digests[name] for name in _outputs()}


def _outputs() -> dict[str, str]:
    """By step, the file that it leaves."""
    return {step.name: OUTPUTS[kind] for step in plan_debt() if (kind := step.name.partition("-")[0]) in OUTPUTS}


def read_recorded() -> Debt:
    """The debt that was kept."""
    return read_debt(RECORD.values())


def read_debt(values: Mapping[str, Any]) -> Debt:
    """The debt that steps left, by step."""
    of = {kind: {n.partition("-")[2]: values[n] for n in _outputs() if n.startswith(f"{kind}-")} for kind in OUTPUTS}
    mutants = [row for rows in of["evolve"].values() for row in rows]
    return Debt(
        [State(**state) for states in of["debt"].values() for state in states],
        pd.DataFrame(mutants, columns=["request", "system", "mutants", "reached", *COLUMNS]),
        {system: _read_consumers(system, rows) for system, rows in of["consume"].items()},
        [RolledBack(**row) for system in list_core() for row in of["rollback"][system]],
    )


def _read_consumers(system: str, rows: list[dict[str, str]]) -> Consumers:
    outcomes = {(row["artefact"], row["job"]): row["did"] for row in rows}
    return find_consumers(outcomes, find_declared(system, list(outcomes)))
