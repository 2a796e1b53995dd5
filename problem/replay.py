"""Replays the year: facts, jobs and questions reach a system in the order in which they could be known."""

from collections.abc import Iterator

import pandas as pd

from problem.contract import VECTOR, Request, System, Vector, requests
from problem.facts import Facts
from problem.questions import NEW_YORK
from problem.world import World

TICK = pd.Timedelta(minutes=15)
"""How often the clock wakes a system between questions."""


def replay(system: System, facts: Facts, asked: pd.DataFrame, tick: pd.Timedelta = TICK) -> Iterator[pd.DataFrame]:
    """Ask all questions at their instants; yields the log (``LOG``) of one New York day at a time.

    Features are looked up question by question; the models then score a day's vectors in one call (a test holds it
    equal to one by one).
    """
    return map(system.predict, look_ups(system, facts, asked, tick))


def look_ups(system: System, facts: Facts, asked: pd.DataFrame, tick: pd.Timedelta = TICK) -> Iterator[pd.DataFrame]:
    """The vectors alone (``VECTOR``), one New York day at a time.

    Facts of an instant come before the jobs of that instant, and these before its questions.
    """
    world = World(facts, asked["asked_at"].min())
    local_day = asked["asked_at"].dt.tz_convert(NEW_YORK).dt.date
    for _, day in asked.groupby(local_day, sort=True):
        vectors = [vector for now, due in _timeline(day, tick) for vector in _step(system, world, now, due)]
        yield pd.DataFrame(vectors, columns=list(VECTOR))


def _step(system: System, world: World, now: pd.Timestamp, due: list[Request]) -> list[Vector]:
    world.move_to(now)
    system.wake(world)
    modes = sorted({request.mode for request in due})
    return [vector for mode in modes for vector in system.look_up(world, [r for r in due if r.mode == mode])]


def _timeline(asked: pd.DataFrame, tick: pd.Timedelta) -> list[tuple[pd.Timestamp, list[Request]]]:
    """The instants of the clock, each with the questions due at it."""
    due: dict[pd.Timestamp, list[Request]] = {}
    for request in requests(asked):
        due.setdefault(request.asked_at, []).append(request)
    ticks = pd.date_range(min(due).floor(tick), max(due), freq=tick)
    instants = ticks[ticks >= min(due)].union(pd.DatetimeIndex(list(due)))
    return [(now, due.get(now, [])) for now in instants]
