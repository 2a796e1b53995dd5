"""A few hundred flights for the last exercise: two carriers at two airports, three days of February."""

from functools import cache

import pandas as pd

from problem.facts import Facts, load_facts
from problem.questions import NEW_YORK, questions, scheduled_between

ORIGINS, CARRIERS = ("JFK", "LGA"), ("AA", "DL")
FIRST = pd.Timestamp("2013-02-07", tz=NEW_YORK)
SERVED_FROM = FIRST + pd.Timedelta(days=2)
"""Train on the flights scheduled before, serve those after; on the second day the snow came."""
END = FIRST + pd.Timedelta(days=3)


@cache
def few_flights() -> Facts:
    """Their facts, each with ``known_at``."""
    facts = load_facts()
    flights = scheduled_between(facts.flights, FIRST, END)
    flights = flights[flights["origin"].isin(ORIGINS) & flights["carrier"].isin(CARRIERS)]
    return facts.only(flights["flight_id"])


def asked_between(start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """One question an hour before each of these flights scheduled from ``start`` to ``end``, in the order asked."""
    asked = scheduled_between(questions(few_flights(), "real_time"), start, end)
    return asked[["flight_id", "asked_at", "scheduled_at", "carrier", "origin"]]
