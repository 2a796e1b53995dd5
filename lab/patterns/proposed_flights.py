"""Flights that ask, and what the desk's blocks of seats change.

The flights are real, and so is what came of them without a block. Which late flights a block makes punctual is drawn
once for each flight, so that all ways meet the same luck.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from problem.facts import Facts
from problem.questions import NEW_YORK, questions
from problem.which_is_better import Flags, Floats, Places

SEED = 35


@dataclass(frozen=True)
class Flights:
    """Flights of whole days in the order asked.

    ``day``: days since the first; ``slot``: the airport's hour; ``unit``: the aircraft's day, ``unit_day``: the day of
    each. ``late``: what came of each flight without a block; ``left``: not cancelled. ``before``: the flight that the
    aircraft had before on that day; ``turns``: those that have one, the second of an aircraft first. ``luck``: below
    which share of changed outcomes a block makes it punctual; ``pulled``: late only because the one before was.
    """

    asked: pd.DataFrame
    day: Places
    slot: Places
    unit: Places
    unit_day: Places
    late: Flags
    left: Flags
    before: Places
    turns: Sequence[Places]
    luck: Floats
    pulled: Flags

    @property
    def days(self) -> int:
        """How many days there are."""
        return int(self.day.max()) + 1

    def live(self, given: Flags, share: float) -> Flags:
        """Which flights are late after all, where blocks make this share of late flights punctual."""
        late = self.late & ~(given & self.left & (self.luck < share))
        for turn in self.turns:
            before = self.before[turn]
            late[turn] &= ~(self.late[before] & ~late[before] & self.pulled[turn])
        return late

    def sum_days(self, values: ArrayLike) -> Floats:
        """The sum of one value a flight for each day."""
        return np.bincount(self.day, weights=values, minlength=self.days).astype(np.float64)


def make_flights(facts: Facts, first: str, last: str, pull: float) -> Flights:
    """Flights scheduled from the local day ``first`` to ``last``; ``pull``: see ``measure_pull``."""
    asked = choose_questions(facts, first, last)
    outcomes = facts.outcomes.set_index("flight_id").loc[asked["flight_id"]]
    day = ((local_days(asked) - pd.Timestamp(first)).dt.days).to_numpy()
    slot = asked.groupby(["origin", asked["scheduled_at"].dt.floor("h")]).ngroup().to_numpy()
    aircraft = asked["tailnum"].fillna(asked["flight_id"].astype(str))
    unit = pd.Series(day).groupby([day, aircraft]).ngroup().to_numpy()
    late, left = outcomes["late"].to_numpy(bool), ~outcomes["cancelled"].to_numpy(bool)
    before, turns = find_turns(unit, asked["scheduled_at"].to_numpy())
    luck, chance = np.random.default_rng(SEED).random((2, len(asked)))
    pulled = late & left & (before >= 0) & late[before] & (chance < pull)
    unit_day = np.zeros(unit.max() + 1, dtype=np.int64)
    unit_day[unit] = day
    return Flights(asked, day, slot, unit, unit_day, late, left, before, turns, luck, pulled)


def choose_questions(facts: Facts, first: str, last: str) -> pd.DataFrame:
    """The questions about these days' flights, an hour before they leave, in order."""
    asked = questions(facts, "real_time")
    return asked[local_days(asked).between(first, last)].reset_index(drop=True)


def local_days(asked: pd.DataFrame) -> pd.Series:
    """The days in New York on which flights are scheduled, as instants without a zone."""
    return asked["scheduled_at"].dt.tz_convert(NEW_YORK).dt.tz_localize(None).dt.normalize()


def find_turns(unit: Places, scheduled: np.ndarray) -> tuple[Places, list[Places]]:
    """By flight, the one before it of its unit (-1: none); and those that have one, by their place in the unit."""
    order = np.lexsort((scheduled, unit))
    here = np.arange(len(unit))
    begins = np.r_[True, np.diff(unit[order]) != 0]
    place = here - np.maximum.accumulate(np.where(begins, here, 0))
    before = np.full(len(unit), -1)
    before[order[1:]] = np.where(begins[1:], -1, order[:-1])
    return before, [order[place == each] for each in range(1, place.max() + 1)]


def measure_pull(facts: Facts, first: str, last: str) -> float:
    """Of flights late after a late one of their aircraft that day, the share that would not be late without it."""
    flights = make_flights(facts, first, last, pull=0.0)
    follows = flights.before >= 0
    after, late = flights.late[flights.before[follows]], flights.late[follows]
    return float(1 - late[~after].mean() / late[after].mean())
