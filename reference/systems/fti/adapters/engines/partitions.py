"""A view's facts cut by the view's keys, and the rows that one part gives.

A stored feature is a function of the facts of its own key. So the function that makes a view's rows may be run on each
part by itself: the union has the rows that one run over everything has. Workers need pandas and this; no feature store.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields

import pandas as pd

from problem.facts import Facts

STAMP = "event_timestamp"
ORDER = "row"
"""A fact's place in its table: ties of ``known_at`` must fall the same way in every part."""
Function = Callable[[Facts, str, pd.Timestamp, pd.Timestamp], pd.DataFrame]


@dataclass(frozen=True)
class Task:
    """Rows to make: of a view with these ``keys``, at its refreshes (``every``) in ``(after, until]``.

    ``table``: the one table of ``Facts`` that ``function`` reads.
    """

    view: str
    function: Function
    table: str
    keys: tuple[str, ...]
    every: str
    after: pd.Timestamp
    until: pd.Timestamp

    def rows(self, facts: pd.DataFrame) -> pd.DataFrame:
        """The rows that these facts of ``table``, in its order, give."""
        rows = self.function(alone(self.table, facts), self.every, self.after, self.until)
        return rows[(rows[STAMP] > self.after) & (rows[STAMP] <= self.until)]

    def rows_of_part(self, facts: pd.DataFrame) -> pd.DataFrame:
        """The same for facts that came by way of Spark, with the column ``ORDER``, in any order."""
        return self.rows(in_utc(facts.sort_values(ORDER)).drop(columns=ORDER))

    def in_order(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Oldest first, as the store wants them, and by key among rows of one refresh."""
        return rows.sort_values([STAMP, *self.keys], ignore_index=True)


def alone(name: str, table: pd.DataFrame) -> Facts:
    """Facts of one table only: a function that looks into another finds no column there, and says so."""
    return Facts(**{field.name: table if field.name == name else pd.DataFrame() for field in fields(Facts)})


def in_utc(table: pd.DataFrame) -> pd.DataFrame:
    """Spark hands instants to pandas without a zone; the session's zone is UTC (``variants/*.yaml``)."""
    times = table.select_dtypes("datetime").columns
    return table.assign(**{name: table[name].dt.tz_localize("UTC").dt.as_unit("ns") for name in times})


def parts(facts: pd.DataFrame, keys: tuple[str, ...], count: int) -> Iterator[pd.DataFrame]:
    """At most ``count`` parts, in the order of the facts; all facts of one key, a null one too, are in one part."""
    number = facts.groupby(list(keys), dropna=False).ngroup() % count
    return (part for _, part in facts.groupby(number))
