"""From which factor on a check sees a change of units, and from which on it costs something."""

from collections.abc import Callable, Sequence

from lab.patterns.owned_deliveries import DIALLED
from lab.patterns.owned_features import LINEAR, TREES
from lab.patterns.owned_verdicts import CHECKS, Row
from measure.data.comparison import Word
from problem.owned import CROSS, RANGE

SEEN, SMALL = 0.8, 1.09
"""The share of placements from which on a check sees a factor; the largest small factor. As in PREDICTIONS.md."""
OF_SIDES = (RANGE, CROSS)
"""The checks that a side has where a declaration says nothing."""


def find_turns(checks: Sequence[Row], costs: Sequence[Row]) -> list[Row]:
    """A row a quantity: from which factor on each check sees it, and from which on it costs the margin, by model; None
    for nowhere, or if it is otherwise at a larger one."""
    columns = dict.fromkeys(row["column"] for row in checks)
    return [
        {"column": column}
        | {check: _turn(checks, column, "check", check, lambda row: row["share"] >= SEEN) for check in CHECKS}
        | {
            model: _turn(costs, column, "model", model, lambda row: row["word"] == Word.WORSE.value)
            for model in (TREES, LINEAR)
        }
        for column in columns
    ]


def _turn(rows: Sequence[Row], column: str, key: str, name: str, holds: Callable[[Row], bool]) -> str | None:
    own = [row for row in rows if row["column"] == column and row[key] == name]
    first = len(own)
    while first and holds(own[first - 1]):
        first -= 1
    return own[first]["factor"] if first < len(own) else None


def list_unseen(checks: Sequence[Row], costs: Sequence[Row]) -> list[Row]:
    """Small factors that no check of the sides sees while the declaration stays; what else sees them; their cost."""
    found = []
    for column, factor in dict.fromkeys((row["column"], row["factor"]) for row in checks if row["column"] in DIALLED):
        here = [row for row in checks if (row["column"], row["factor"]) == (column, factor)]
        seeing = [row["check"] for row in here if row["share"] >= SEEN]
        if float(factor) <= SMALL and not {*seeing} & {*OF_SIDES}:
            told = {row["model"]: row for row in costs if (row["column"], row["factor"]) == (column, factor)}
            cost = {model: {key: row[key] for key in ("value", "word", "level")} for model, row in told.items()}
            found.append({"column": column, "factor": factor, "seen_by": seeing, **cost})
    return found
