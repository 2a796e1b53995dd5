"""A small frozen world in which every system should do exactly the same: the ground for the gate G0.

Real flights of February and March 2013 without late facts: a flight that left or landed on another New York day than
it was scheduled for is taken out. Every question is asked at the midnight before the flight's day, an instant at which
every store has just been refreshed and at which "as of midnight" and "as of now" are the same.
"""

from typing import NamedTuple

import pandas as pd

from problem.facts import Facts
from problem.questions import NEW_YORK, questions, scheduled_between


class Fixture(NamedTuple):
    """The frozen facts, the questions to train on and the questions to serve; ``mode`` is as the system asks for it."""

    facts: Facts
    training: pd.DataFrame
    serving: pd.DataFrame


def frozen(facts: Facts, mode: str) -> Fixture:
    """The fixture; the training days include the spring clock change of 10 March."""
    facts = _without_late_facts(facts)
    asked = questions(facts, mode)
    asked["asked_at"] = _midnight_before(asked["scheduled_at"])
    asked = asked.sort_values(["asked_at", "flight_id"], ignore_index=True)
    start, middle, end = (pd.Timestamp(day, tz=NEW_YORK) for day in ("2013-03-01", "2013-03-15", "2013-03-18"))
    return Fixture(facts, scheduled_between(asked, start, middle), scheduled_between(asked, middle, end))


def _without_late_facts(facts: Facts) -> Facts:
    flights = facts.flights.set_index("flight_id")["scheduled_at"]
    flights = flights[flights.between(pd.Timestamp("2013-02-01", tz="UTC"), pd.Timestamp("2013-03-20", tz="UTC"))]
    days = [_day(table.set_index("flight_id")["known_at"]) for table in (facts.departures, facts.landings)]
    on_day = [day.reindex(flights.index).isin([pd.NaT]) | (day.reindex(flights.index) == _day(flights)) for day in days]
    return facts.only(flights.index[on_day[0] & on_day[1]])


def _day(instants: pd.Series) -> pd.Series:
    return instants.dt.tz_convert(NEW_YORK).dt.tz_localize(None).dt.normalize()


def _midnight_before(scheduled_at: pd.Series) -> pd.Series:
    return _day(scheduled_at).dt.tz_localize(NEW_YORK).dt.tz_convert("UTC")
