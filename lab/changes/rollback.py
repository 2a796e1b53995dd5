"""Last week's models brought back alone, and with their features, across a change of a feature's definition.

Alone: C10 is rolled out, and nothing is fitted anew. The pair: C14 is rolled out, its models are fitted, and last
week's are rolled back. Either way the questions are asked again, and answers are held against those of then.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from lab.changes.operation import Operation
from lab.changes.patched_system import BEFORE, Situation, patch_system
from lab.changes.replay import import_libraries
from lab.engine.progress import reported
from problem.contract import KEYS

REQUESTS = {"alone": "C10", "pair": "C14"}
"""By what is rolled back, the request that changes the definition."""
SAME = 1e-9
"""Predictions this near are the same answer."""


@dataclass
class RolledBack:
    """One kind of question.

    ``what``: ``alone`` or ``pair`` (see above); ``differing``: the share of answers that are not
    those of then (None: there are none); ``largest``: of their distances, a probability; ``refused``: the error
    instead.
    """

    system: str
    what: str
    mode: str
    questions: int
    differing: float | None = None
    largest: float | None = None
    refused: str = ""


def measure_roll_back(system: str, what: str, steps: Path, changed: bool = True) -> list[RolledBack]:
    """Roll back on one system; ``steps`` has the ground and the system in operation.

    ``changed=False`` leaves the code as it was, which calibrates the ruler: nothing may differ.
    """
    with patch_system(REQUESTS[what] if changed else BEFORE, system, steps) as found:
        rows: list[RolledBack] = found.case.call("lab.changes.rollback:roll_back", what=what)
    return rows


def roll_back_models(folder: Path, steps: Path, system: str) -> None:
    """Roll back on one system in every way; ``rows.json`` holds rows of ``RolledBack``."""
    import_libraries(steps / f"base-{system}" / "modules.json")
    rows = [asdict(row) for what in reported(REQUESTS) for row in measure_roll_back(system, what, steps)]
    (folder / "rows.json").write_text(json.dumps(rows))


def roll_back(situation: Situation, what: str) -> list[RolledBack]:
    """Roll back, ask, compare; a row for each kind of question. Runs in the patched copy."""
    operation, then = situation.operate(), pd.read_parquet(situation.base / "then.parquet")
    now, refused = _ask_again(operation, what, then)
    return [
        RolledBack(operation.name, what, str(mode), len(of), *_compare_answers(of, now), refused)
        for mode, of in then.groupby("mode")
    ]


def _ask_again(operation: Operation, what: str, then: pd.DataFrame) -> tuple[pd.DataFrame | None, str]:
    """The log, or why there is none."""
    if what == "pair":
        operation.rolled_out()
        versions = then[["model_version", "model_version_delay"]].to_numpy().ravel()
        operation.opened().roll_back(sorted(set(versions)))  # type: ignore[attr-defined]  # the request adds it
    try:
        return operation.replayed(), ""
    except Exception as error:
        return None, f"{type(error).__name__}: {error}"


def _compare_answers(then: pd.DataFrame, now: pd.DataFrame | None) -> tuple[float | None, float | None]:
    """The share of answers that differ, and the largest distance."""
    if now is None:
        return None, None
    both = then.merge(now, on=[*KEYS, "mode"], suffixes=("", "_now"), validate="one_to_one")
    apart = (both["prediction"] - both["prediction_now"]).abs()
    return float(1 - (apart <= SAME).sum() / len(then)), float(apart.max())
