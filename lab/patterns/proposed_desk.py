"""Who gets seats: where one model answers all flights, and where a coin decides which of two answers a flight."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
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


class Rivals(NamedTuple):
    """What champion and candidate say of the same flights; ``seed``: of the coins that decide between them."""

    ours: Floats
    theirs: Floats
    seed: int


class Granted(NamedTuple):
    """Of one candidate: whether the desk would decide otherwise on a flight than with the champion (``differ``), which
    flights get a block if it answers all (``given``), and which if a coin by aircraft and day decides (``thrown``)."""

    differ: Flags
    given: Flags
    thrown: Sequence[Throw]


def pair_rivals(proposals: Sequence[Proposal]) -> dict[str, Rivals]:
    """By name, the champion first, who is compared with itself; each candidate has coins of its own."""
    return {each.name: Rivals(proposals[0].served, each.served, seed) for seed, each in enumerate(proposals)}


def grant_all(proposals: Sequence[Proposal], flights: Flights) -> Mapping[str, Granted]:
    """By name, the champion first, all that the desk gives out."""
    rivals = pair_rivals(proposals)
    with ThreadPoolExecutor(CORES) as pool:
        return dict(zip(rivals, pool.map(lambda of: grant(flights, of), rivals.values()), strict=True))


def grant(flights: Flights, rivals: Rivals) -> Granted:
    """All that the desk gives out, from what champion and candidate say."""
    differ = (PRICE * rivals.ours > 1) != (PRICE * rivals.theirs > 1)
    thrown = [*throw(flights, rivals, flights.unit, flights.unit_day)]
    return Granted(differ, give_out(flights.slot, rivals.theirs), thrown)


def throw(flights: Flights, rivals: Rivals, unit: Places, day: Places, apart: bool = True) -> Iterator[Throw]:
    """Throw coins for units; ``apart``: each model's flights have seats of their own, else there is one pool."""
    for number in range(COINS):
        heads = np.random.default_rng([rivals.seed, number]).random(len(day)) < 0.5
        mine = heads[unit]
        slot = 2 * flights.slot + mine if apart else flights.slot
        yield Throw(unit, day, heads, give_out(slot, np.where(mine, rivals.theirs, rivals.ours)))
