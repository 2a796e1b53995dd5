"""What an incident costs until something else is answered: a release that is rolled out, a flag that is heard of."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from lab.patterns.changed_calls import RATE, call_steadily, describe
from lab.patterns.changed_delays import compare_delays, compare_looks, find_rates, find_turns
from lab.patterns.changed_flags import Store, find_behind, open_followers, switch
from lab.patterns.changed_fleet import MEANWHILE, PATIENCE, Fleet, Replica
from lab.patterns.changed_releases import open_fleet, roll_out
from parts.model_service.refusals import NotAnswered
from problem.behaviour import MODEL, TABLE, Rule, State

RELEASED, HEARD = "redeploy", "parameter_based"
CALM = 0.3
"""Seconds of calls before a change and after it."""
Row = dict[str, Any]


def plan_change(turn: int) -> tuple[list[Rule], str]:
    """What is decided in a round, by turns the rule and none; and who answers the old way until then."""
    return ([], TABLE) if turn % 2 else ([MEANWHILE], MODEL)


def time_releases(side: ModuleType, folder: Path, models: Path, replicas: int, rounds: int) -> list[Row]:
    """A row a round: seconds until the first, second, ... replica has it; what callers got meanwhile."""
    rows = []
    with open_fleet(side, folder / f"released {replicas}", models, replicas) as (fleet, releases):
        for turn in range(rounds):
            rules, old = plan_change(turn)
            with call_steadily(fleet.front) as calls:
                time.sleep(CALM)
                since = time.monotonic()
                seconds = roll_out(fleet, releases, turn + 2, rules)
                time.sleep(CALM)
            rows.append({"side": RELEASED, "replicas": replicas, "seconds": seconds} | describe(calls, since, old))
    return rows


def time_flags(fleet: Fleet, store: Store, every: float, rounds: int) -> list[Row]:
    """A row a round, likewise; versions go on from the second.

    A round ends with a look, so decisions come later by a part of the interval each: they fall all over it.
    """
    rows = []
    for turn in range(rounds):
        rules, old = plan_change(turn)
        with call_steadily(fleet.front) as calls:
            time.sleep(CALM + every * turn / rounds)
            since = time.monotonic()
            seconds = switch(fleet, store, turn + 2, rules)
            time.sleep(CALM)
        told = {"side": HEARD, "replicas": len(fleet.replicas), "every": every, "seconds": seconds}
        rows.append(told | describe(calls, since, old))
    return rows


def look_at(fleet: Fleet) -> dict[str, State | None]:
    """What each replica tells of itself."""
    return {each.name: each.tell() for each in fleet.replicas}


def lose_store(fleet: Fleet, store: Store, every: float, version: int) -> list[Row]:
    """A row each for what follows on a switch: the store is lost, replicas start without it, the store is back.

    The last replica keeps no copy. ``wrong``: of the replicas, those that answer the old way; ``behind``: those that
    a look at all of them names, and seconds until it does.
    """
    switch(fleet, store, version, [MEANWHILE])
    first, last = fleet.replicas[0], fleet.replicas[-1]
    rows = [_tell("switched", fleet, every)]
    store.stop()
    seconds = wait_for_behind(fleet, every, len(fleet.replicas))
    rows.append(_tell("store down", fleet, every) | {"seconds": seconds})
    for replica, said in ((first, "restarted with a copy"), (last, "restarted without a copy")):
        fleet.restart(replica, lambda state: bool(state.trouble))
        rows.append(_tell(said, fleet, every, replica))
    store.start()
    seconds = wait_for_behind(fleet, every, 0)
    return [*rows, _tell("store back", fleet, every) | {"seconds": seconds}]


def wait_for_behind(fleet: Fleet, every: float, number: int) -> float:
    """Seconds until so many replicas are behind; ``NotAnswered`` after ``PATIENCE``, with what is said of each."""
    began = time.monotonic()
    while len(behind := find_behind(look_at(fleet), every)) != number:
        if time.monotonic() - began > PATIENCE:
            raise NotAnswered(f"{len(behind)} replicas are behind after {PATIENCE:g} s, not {number}: {behind}")
        time.sleep(every / 5)
    return time.monotonic() - began


def _tell(event: str, fleet: Fleet, every: float, replica: Replica | None = None) -> Row:
    wrong = [each.name for each in fleet.replicas if fleet.front.ask_one(each) == MODEL]
    behind = find_behind(look_at(fleet), every)
    own = behind.get(replica.name, "") if replica else ""
    return {"event": event, "wrong": len(wrong), "of": len(fleet.replicas), "behind": len(behind), "own": own}


class Size(NamedTuple):
    """``fleets``: replicas that are released to; ``followers``: replicas that follow the store, looking ``every`` so
    many seconds, and in another fleet each of ``rarely``; changes of each side."""

    fleets: Sequence[int] = (1, 4)
    followers: int = 4
    every: float = 0.5
    rarely: Sequence[float] = (2.0,)
    released: int = 2
    heard: int = 3


def measure_incidents(sides: Mapping[str, ModuleType], folder: Path, models: Path, size: Size) -> dict[str, Any]:
    """Both ways, and what a lost store does."""
    released = [
        row for count in size.fleets for row in time_releases(sides[RELEASED], folder, models, count, size.released)
    ]
    every, last = size.every, size.followers
    with open_followers(sides[HEARD], folder / "heard", models, last, every, [last]) as (fleet, store):
        heard = time_flags(fleet, store, every, size.heard)
        lost = lose_store(fleet, store, every, size.heard + 2)
    for every in size.rarely:
        with open_followers(sides[HEARD], folder / f"heard {every:g}", models, last, every) as (fleet, store):
            heard += time_flags(fleet, store, every, size.heard)
    compared = compare_delays(released)
    return {
        "times": [*released, *heard],
        "rate": RATE,
        "looks": compare_looks(heard),
        "store": lost,
        "delays": compared,
        "turns": find_turns(compared),
        "rates": find_rates(released),
    }
