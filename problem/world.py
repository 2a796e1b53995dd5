"""The clock, and what can be known at it."""

from datetime import datetime
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

import pandas as pd

from problem.facts import Facts


class Departure(NamedTuple):
    """A flight left: ``dep_delay`` in minutes."""

    known_at: datetime
    origin: str
    dep_delay: float


class Landing(NamedTuple):
    """A flight landed: ``arr_delay`` in minutes; ``tailnum`` may be None."""

    known_at: datetime
    flight_id: int
    carrier: str
    origin: str
    dest: str
    tailnum: str | None
    arr_delay: float


class Observation(NamedTuple):
    """A weather observation at an origin; units as in ``Facts.weather``, NaN where not measured."""

    known_at: datetime
    origin: str
    temp: float
    wind_speed: float
    precip: float
    visib: float
    pressure: float


Event = Departure | Landing | Observation


class World:
    """What a system may see at ``now``: the warehouse as a table of known facts, or the stream of new events.

    Nothing with ``known_at > now`` can be reached through it.
    """

    def __init__(self, facts: Facts, now: pd.Timestamp) -> None:
        self._facts = facts
        self._taken = 0
        self.now = now

    def move_to(self, instant: pd.Timestamp) -> None:
        """Let time pass; raises ``ValueError`` if it would run backwards."""
        if instant < self.now:
            raise ValueError(f"the clock cannot go back from {self.now} to {instant}")
        self.now = instant

    @property
    def warehouse(self) -> Facts:
        """All facts known now."""
        return self._facts.known_at(self.now)

    def stream(self) -> list[Event]:
        """The events that became known since the last call, oldest first."""
        first = self._taken
        self._taken = int(self._known_at.searchsorted(self.now, side="right"))
        return self._events[first : self._taken]

    @cached_property
    def _events(self) -> list[Event]:
        facts = self._facts
        tables = (
            _rows(Departure, facts.departures),
            _rows(Landing, facts.landings),
            _rows(Observation, facts.weather),
        )
        return sorted((event for table in tables for event in table), key=itemgetter(0))

    @cached_property
    def _known_at(self) -> pd.DatetimeIndex:
        return pd.DatetimeIndex([event.known_at for event in self._events])


def _rows(kind: type[Event], table: pd.DataFrame) -> list[Event]:
    columns = [table[name].tolist() for name in kind._fields[1:]]
    known_at = pd.DatetimeIndex(table["known_at"]).to_pydatetime()
    return [kind(*row) for row in zip(known_at, *columns, strict=True)]
