"""Values that a model is asked about and was never taught: what it says of them comes from chance neighbours.

A number in between is one thing, a calendar value such as a month that only begins after training is another: trees put
it with whatever lies next to it. Such a feature looks like any other in training, and in every test within it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

RARE = 0.001
"""Share of the served rows up to which a category is an oddity (a new airport), and no fault of the features."""


@dataclass(frozen=True)
class Unseen:
    """A served value that no training row has: its column, in how many served rows it is, and whether it is a fault."""

    column: str
    value: Any
    rows: int
    is_fault: bool

    def __str__(self) -> str:
        return f"{self.column} {self.value}: {self.rows} rows"


def find_unseen(
    training: pd.DataFrame, served: pd.DataFrame, calendar: Sequence[str], categories: Sequence[str], rare: float = RARE
) -> list[Unseen]:
    """Every served value that training never saw; null counts as a value. Column by column, the most frequent first.

    ``calendar``: columns with hours, days and the like, where each is a fault; ``categories``: columns where one is a
    fault that is in more than the share ``rare`` of the served rows. Raises ``ValueError`` if nothing was served.
    """
    if served.empty:
        raise ValueError("no rows were served")
    limits = dict.fromkeys(calendar, 0.0) | dict.fromkeys(categories, rare)
    return [each for column, limit in limits.items() for each in _find_in(training[column], served[column], limit)]


def _find_in(seen: pd.Series, asked: pd.Series, limit: float) -> Iterator[Unseen]:
    counts = asked[~asked.isin(seen)].value_counts(dropna=False)
    return (Unseen(str(asked.name), value, rows, rows > limit * len(asked)) for value, rows in counts.items())
