"""Who gets seats: where one model answers all flights, and where a coin decides which of two answers a flight."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import numpy as np

from lab.patterns.proposed_flights import Flights
from lab.patterns.proposed_models import CORES, Proposal
from problem.which_is_better import PRICE, Flags, Floats, Places, give_out

COINS = 4
"""How often coins are thrown for all days; a week that is drawn twice has other ones."""


class Throw(NamedTuple):
    """Coins for all units: each flight's ``unit``, the ``day`` of each unit and whether it is the candidate's
    (``theirs``); and which flights get a block then (``given``)."""

    unit: Places
    day: Places
    theirs: Flags
    given: Flags


class Granted(NamedTuple):
    """Of one candidate: whether the desk would decide otherwise on a flight than with the champion (``differ``), and
    which flights get a block if it answers all (``given``).

    Coins by aircraft and day (``by_aircraft``), the same with one pool of seats for both (``one_pool``), and by flight.
    """

    differ: Flags
    given: Flags
    by_aircraft: Sequence[Throw]
    one_pool: Sequence[Throw]
    by_request: Sequence[Throw]


def grant_all(proposals: Sequence[Proposal], flights: Flights) -> Mapping[str, Granted]:
    """By name, the champion first; what it is compared with is itself."""
    ours = proposals[0].served
    with ThreadPoolExecutor(CORES) as pool:
        given = pool.map(lambda of: grant(flights, ours, of[1].served, of[0]), enumerate(proposals))
        return {each.name: of for each, of in zip(proposals, given, strict=True)}


def grant(flights: Flights, ours: Floats, theirs: Floats, seed: int) -> Granted:
    """All that the desk gives out, from what champion and candidate say; each candidate has coins of its own."""
    differ = (PRICE * ours > 1) != (PRICE * theirs > 1)
    given = give_out(flights.slot, theirs)
    thrown = partial(throw, flights, ours, theirs, seed)
    by_aircraft = [*thrown(flights.unit, flights.unit_day)]
    one_pool = [*thrown(flights.unit, flights.unit_day, apart=False)]
    by_request = [*thrown(np.arange(len(ours)), flights.day)]
    return Granted(differ, given, by_aircraft, one_pool, by_request)


def throw(
    flights: Flights, ours: Floats, theirs: Floats, seed: int, unit: Places, day: Places, apart: bool = True
) -> Iterator[Throw]:
    """Throw coins for units; ``apart``: each model's flights have seats of their own."""
    for number in range(COINS):
        heads = np.random.default_rng([seed, number]).random(len(day)) < 0.5
        mine = heads[unit]
        slot = 2 * flights.slot + mine if apart else flights.slot
        yield Throw(unit, day, heads, give_out(slot, np.where(mine, theirs, ours)))
