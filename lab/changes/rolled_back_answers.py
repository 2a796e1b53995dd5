"""Rolls models back and holds the answers against those of then. It runs inside the patched copy."""

from dataclasses import dataclass

import pandas as pd

from lab.changes.operation import Operation
from lab.changes.situation import Situation
from problem.contract import KEYS

SAME = 1e-9
"""Predictions this near are the same answer."""


@dataclass
class RolledBack:
    """One kind of question.

    ``what``: ``alone`` or ``pair`` (see ``lab.changes.rollback``); ``differing``: the share of answers that are not
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


def roll_back(situation: Situation, what: str) -> list[RolledBack]:
    """Roll back, ask, compare; a row for each kind of question."""
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
