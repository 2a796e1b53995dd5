"""What callers saw: quantiles of their waits, and how many had an answer in time, or at all."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.load.load_result import Floats, Result

DEADLINE, GIVE_UP = 250.0, 10.0
"""Milliseconds within which an answer is of use to whoever waits; seconds after which a caller gives up."""
ACCEPTED = 202
QUANTILES = {"p50": 0.5, "p95": 0.95}
Row = dict[str, Any]


def is_taken(result: Result) -> NDArray[np.bool_]:
    """By question, whether it was answered or accepted."""
    return np.isin(result.statuses, (200, ACCEPTED))


def describe(waits: Floats, taken: NDArray[np.bool_]) -> Row:
    """Quantiles in ms, None where there was no answer, and the shares of questions ``good`` in time and ``taken``."""
    found = np.where(taken, waits, np.inf)
    quantiles = {name: float(np.quantile(found, at, method="inverted_cdf")) for name, at in QUANTILES.items()}
    told = {name: ms if np.isfinite(ms) else None for name, ms in quantiles.items()}
    return {**told, "good": float(np.mean(found <= DEADLINE)), "taken": float(np.mean(taken))}
