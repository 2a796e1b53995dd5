"""Last week's models brought back alone, and with their features, across a change of a feature's definition.

Alone: C10 is rolled out, and nothing is fitted anew. The pair: C14 is rolled out, its models are fitted, and last
week's are rolled back. Either way the questions are asked again, and answers are held against those of then.
``python -m lab.changes.rollback`` measures it and keeps ``rollback.json``.
"""

import json
import os
import sys
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path

import pandas as pd
from rich.console import Console

from lab.changes.change_records import digests
from lab.changes.change_requests import BY_ID
from lab.changes.operation import Operation
from lab.changes.replay_dataset import stand_on
from lab.changes.replay_steps import plan
from lab.engine.display import Display
from lab.engine.executor import Execution
from lab.engine.workspace import StudyError, opened, study_home
from lab.sandbox.case import Case
from lab.sandbox.cured_code import cured_copy
from lab.systems import core, find_system
from problem.contract import KEYS

FILE = Path(__file__).parent / "records" / "rollback.json"
REQUESTS = {"alone": "C10", "pair": "C14"}
"""By what is rolled back, the request that changes the definition."""
SAME = 1e-9


@dataclass
class RolledBack:
    """One kind of question. ``differing``: the share of answers that are not those of then (None: there are none).

    ``what``: a key of ``REQUESTS``; ``largest``: of their distances, a probability; ``refused``: the error instead.
    """

    system: str
    what: str
    mode: str
    questions: int
    differing: float | None = None
    largest: float | None = None
    refused: str = ""


def measured(system: str, what: str, steps: Path, changed: bool = True) -> list[RolledBack]:
    """Roll back on one system; ``steps`` has the ground and the system in operation.

    ``changed=False`` leaves the code as it was, which calibrates the ruler: nothing may differ.
    """
    request = BY_ID[REQUESTS[what]]
    patches = [request.folder / "problem.patch", request.patch(system)] if changed else []
    with cured_copy(patches) as copy:
        case = Case(system, find_system(system).folder, copy, request.meant, steps / "ground", steps / f"base-{system}")
        said = case.in_copy(lambda say: say(import_module("lab.changes.rollback").lived(what)))
    if not isinstance(said[0], list):
        raise StudyError(f"{system} was not rolled back: {said[0]}")
    return [RolledBack(**row) for row in said[0]]


def lived(what: str) -> list[dict[str, object]]:
    """In the copy: roll back, ask, compare; a row (``RolledBack``) a kind of question."""
    operation = Operation(os.environ["CHANGED"], Path(os.environ["INSTALLATION"]), stand_on(Path(os.environ["GROUND"])))
    then = pd.read_parquet(Path(os.environ["BEFORE"]) / "then.parquet")
    now, refused = _answers(operation, what, then)
    rows = [
        RolledBack(operation.name, what, str(mode), len(of), *_compared(of, now), refused)
        for mode, of in then.groupby("mode")
    ]
    return [asdict(row) for row in rows]


def _answers(operation: Operation, what: str, then: pd.DataFrame) -> tuple[pd.DataFrame | None, str]:
    """The log, or why there is none."""
    if what == "pair":
        operation.rolled_out()
        versions = then[["model_version", "model_version_delay"]].to_numpy().ravel()
        operation.opened().roll_back(sorted(set(versions)))  # type: ignore[attr-defined]  # the request adds it
    try:
        return operation.replayed(), ""
    except Exception as error:
        return None, f"{type(error).__name__}: {error}"


def _compared(then: pd.DataFrame, now: pd.DataFrame | None) -> tuple[float | None, float | None]:
    """The share of answers that differ, and the largest distance."""
    if now is None:
        return None, None
    both = then.merge(now, on=[*KEYS, "mode"], suffixes=("", "_now"), validate="one_to_one")
    apart = (both["prediction"] - both["prediction_now"]).abs()
    return float(1 - (apart <= SAME).sum() / len(then)), float(apart.max())


def recorded() -> list[RolledBack]:
    """What was kept."""
    return [RolledBack(**row) for row in json.loads(FILE.read_text())["rows"]]


def sources() -> dict[str, str]:
    """Digests of all that the results rest on, by cell of the replay."""
    return {name: digest for name, digest in digests().items() if name.partition("-")[0] in REQUESTS.values()}


def main() -> int:
    """Measure every system and keep the results."""
    with opened(study_home()) as home:
        with Display(Console()) as display:
            Execution(plan(core(), ()), home / "changes", display, ("-m", "lab.changes.replay_worker")).run()
        pairs = [(system, what) for system in core() for what in REQUESTS]
        rows = [row for system, what in pairs for row in measured(system, what, home / "changes")]
    kept = {"sources": sources(), "rows": [asdict(row) for row in rows]}
    FILE.write_text(json.dumps(kept, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
