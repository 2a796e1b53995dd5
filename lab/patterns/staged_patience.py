"""What a caller loses whose patience ends: by then there is the final answer, the first one, or none."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.patterns.size_verdicts import MARGIN
from lab.patterns.sized_models import LEARNER, STACK, TABLE
from lab.patterns.staged_load import Cell
from measure.data.comparison import Word, judge_difference
from measure.data.days import Estimate, estimate

PATIENCES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds."""
Floats = NDArray[np.float64]
Drawn = Mapping[str, Floats]


def share_within(waits: Floats, patience: float) -> float:
    """Of all questions."""
    return float(np.mean(waits <= patience))


def lose(cell: Cell, drawn: Drawn, patience: float) -> Floats:
    """Mean nats, in the data and in each draw, of whoever takes the best answer that has come, and the table of rates
    if none has. When an answer comes does not depend on what is asked.

    ``drawn``: by size, the mean loss of its answers.
    """
    final = share_within(cell.final, patience)
    first = share_within(np.minimum(cell.first, cell.final), patience) - final
    return final * drawn[STACK] + first * drawn[LEARNER] + (1 - final - first) * drawn[TABLE]


def lose_first_only(cell: Cell, drawn: Drawn, patience: float) -> Floats:
    """The same, of whoever never looks at the second answer."""
    first = share_within(cell.first, patience)
    return first * drawn[LEARNER] + (1 - first) * drawn[TABLE]


def compare(
    own: Sequence[Cell], rival: Sequence[Cell], drawn: Drawn, rivals: Callable[..., Floats] = lose
) -> list[dict[str, Any]]:
    """A row a patience: nats of the own side less the rival's, over rounds that belong together.

    The value is the rounds' median; the interval reaches from the lowest to the highest end of the rounds' intervals.
    """
    rows = []
    for patience in PATIENCES:
        pairs = zip(own, rival, strict=True)
        each = [estimate(lose(ours, drawn, patience) - rivals(theirs, drawn, patience)) for ours, theirs in pairs]
        low, high = min(of.low for of in each), max(of.high for of in each)
        joint = Estimate(float(np.median([of.value for of in each])), low, high)
        rows.append({"patience": patience, "word": judge_difference(joint, MARGIN).value, **vars(joint)})
    return rows


def find_turn(rows: Sequence[Mapping[str, Any]]) -> float | None:
    """The least patience from which on the own side is not better any more: 0 if it never is, None if it always is."""
    better = [place for place, row in enumerate(rows) if row["word"] == Word.BETTER]
    if not better:
        return 0.0
    later = rows[better[-1] + 1 :]
    return float(later[0]["patience"]) if later else None


def describe_cells(cells: Sequence[Cell]) -> dict[str, Any]:
    """Of all rounds: quantiles in ms of waits for first and final answers, and, by patience, median, least and most of
    the rounds' shares within it. Null: no answer."""
    waits = {name: np.concatenate([getattr(cell, name) for cell in cells]) for name in ("first", "final")}
    return {
        "questions": len(waits["first"]),
        "none": int(np.isinf(waits["first"]).sum()),
        "lost": sum(cell.lost for cell in cells),
        "wrong": sum(cell.wrong for cell in cells),
        "lag": max(cell.lag for cell in cells),
        "ms": {name: _read_quantiles(of) for name, of in waits.items()},
        "within": {name: [_describe_share(cells, name, each) for each in PATIENCES] for name in waits},
    }


def _read_quantiles(waits: Floats) -> dict[str, float | None]:
    found = np.quantile(waits, [0.5, 0.99], method="inverted_cdf")
    return {name: float(ms * 1000) if np.isfinite(ms) else None for name, ms in zip(("p50", "p99"), found, strict=True)}


def _describe_share(cells: Sequence[Cell], name: str, patience: float) -> dict[str, float]:
    shares = [share_within(getattr(cell, name), patience) for cell in cells]
    return {"patience": patience, "value": float(np.median(shares)), "low": min(shares), "high": max(shares)}
