"""The steps that take debt, evolution and roll-backs, and their results as they are kept with the code."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from lab.changes.artefact_consumers import find_declared
from lab.changes.change_records import list_files, plan_base
from lab.changes.change_requests import REQUESTS
from lab.changes.debt_metrics import State
from lab.changes.evolution import list_with_service
from lab.changes.rollback import RolledBack
from lab.engine.recorded import Recorded
from lab.engine.step import Step
from lab.engine.step_keys import digest_of_steps
from lab.engine.workspace import REPOSITORY
from lab.systems import find_system, list_core
from measure.code.cochange import COLUMNS
from measure.code.readers import Consumers, find_consumers

RECORD = Recorded(REPOSITORY / "lab" / "changes" / "records" / "debt.json")
KINDS = {
    "evolve": ("lab.changes.evolution:evolve", "mutants of what the patches touched", "mutants.json"),
    "debt": ("lab.changes.debt:debt", "debt before and after every request", "states.json"),
    "consume": ("lab.changes.artefact_consumers:consume", "who reads what is stored", "consumers.json"),
    "rollback": ("lab.changes.rollback:roll_back_models", "models rolled back", "rows.json"),
}
"""By kind of step, its function, its title and what it leaves; the longest first."""


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


def plan_debt() -> list[Step]:
    """A step for each kind and system; all states of a system are one step, as most of its time goes into imports."""
    pairs = [(kind, system) for kind in KINDS for system in reversed(list_core())]  # the dearest system stands last
    return [
        *plan_base(list_core()),
        *(_plan_step(*pair) for pair in pairs if pair[0] != "evolve" or pair[1] in list_with_service()),
    ]


def _plan_step(kind: str, system: str) -> Step:
    call, title, _ = KINDS[kind]
    patches = tuple(file for request in REQUESTS for file in list_files(request, system))
    loads, data = find_system(system).modules, ("measure/code/roles.toml", *patches, *find_system(system).text)
    arguments, after = {"system": system}, (f"base-{system}",)
    return Step(f"{kind}-{system}", call, f"{system}: {title}", arguments, after, data=data, loads=loads)


def collect_debt(steps: Path) -> dict[str, Any]:
    """What finished steps left, by step."""
    return {name: json.loads((steps / name / file).read_text()) for name, file in _outputs().items()}


def compute_digests() -> dict[str, str]:
    """By step, the digest of all that it depends on, as it is now."""
    digests = digest_of_steps(plan_debt())
    return {name: digests[name] for name in _outputs()}


def _outputs() -> dict[str, str]:
    """By step, the file that it leaves."""
    return {step.name: KINDS[kind][2] for step in plan_debt() if (kind := step.name.partition("-")[0]) in KINDS}


def read_recorded() -> Debt:
    """The debt that was kept."""
    values = RECORD.values()
    of = {kind: {n.partition("-")[2]: values[n] for n in _outputs() if n.startswith(f"{kind}-")} for kind in KINDS}
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
