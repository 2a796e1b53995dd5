"""A new version while callers ask, and more hosts while they wait."""

import http.client
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

from lab.patterns.shipped_releases import Maker
from lab.patterns.shipped_replicas import Replica, move_on, start, stop_all
from lab.patterns.shipped_ways import Way, open_ways
from problem.shipping import CannotShip, Started

RATE = 50.0
"""Requests a second, sent by the clock whether or not others have been answered."""
CALLERS, CALM, DRAIN = 50, 0.5, 0.1
"""Threads that ask; seconds of calls before and after a swap; seconds in which a replica answers what it has begun."""
HOSTS = (1, 4)


class Front:
    """What callers know: the replicas that are in service, asked one after the other."""

    def __init__(self, replicas: list[Replica]) -> None:
        self.replicas = replicas
        self._turn = count()

    def ask(self, flight: Mapping[str, Any]) -> bool:
        """Whether there was an answer."""
        known = self.replicas
        try:
            known[next(self._turn) % len(known)].ask(flight)
        except (OSError, http.client.HTTPException, CannotShip):
            return False
        return True


@contextmanager
def call_steadily(front: Front, flight: Mapping[str, Any]) -> Iterator[list[bool]]:
    """Calls at ``RATE`` while the block runs; the list holds an entry for each when it is over."""
    answered: list[bool] = []
    over = threading.Event()
    with ThreadPoolExecutor(CALLERS) as pool:

        def call() -> None:
            began = time.monotonic()
            for number in count():
                if over.wait(max(0.0, began + number / RATE - time.monotonic())):
                    return
                pool.submit(lambda: answered.append(front.ask(flight)))

        clock = threading.Thread(target=call)
        clock.start()
        try:
            time.sleep(CALM)
            yield answered
            time.sleep(CALM)
        finally:
            over.set()
            clock.join()


def swap(way: Way, maker: Maker, replicas: int, number: int) -> dict[str, int]:
    """Deliver release ``number`` to a host with so many processes, under load: requests ``asked`` and ``failed``."""
    host = way.host(f"{replicas}")
    front = Front([start(way.shipper.restart(host)) for _ in range(replicas)])
    try:
        with call_steadily(front, next(maker.list_questions(1))) as answered:
            started = way.shipper.deliver(str(number), host)
            for place in range(replicas):
                _replace(front, place, started, way.shipper.swaps_in_process)
        return {"asked": len(answered), "failed": answered.count(False)}
    finally:
        stop_all(front.replicas)


def _replace(front: Front, place: int, started: Started, in_process: bool) -> None:
    """One replica takes the new version; where there are others, these have the callers meanwhile."""
    old = front.replicas[place]
    if not in_process and len(front.replicas) > 1:
        front.replicas = [replica for replica in front.replicas if replica is not old]
        time.sleep(DRAIN)
        front.replicas = [*front.replicas[:place], move_on(old, started, in_process), *front.replicas[place:]]
    else:
        front.replicas[place] = move_on(old, started, in_process)


def swap_by_turns(
    sides: Mapping[str, ModuleType], maker: Maker, folder: Path, megabytes: float, rounds: int
) -> list[dict[str, Any]]:
    """A row a round, way and number of processes (one, two)."""
    rows: list[dict[str, Any]] = []
    with open_ways(sides, folder) as ways:
        for number in range(rounds + 1):
            release = maker.make(number, megabytes)
            for name, way in ways.items():
                way.shipper.publish(release)
                for replicas in (1, 2):
                    told = {"way": name, "replicas": replicas}
                    if number:
                        rows.append(told | swap(way, maker, replicas, number))
                    else:
                        way.shipper.deliver("0", way.host(f"{replicas}"))
    shutil.rmtree(folder)
    return rows


def scale_out(
    sides: Mapping[str, ModuleType], maker: Maker, folder: Path, megabytes: float, rounds: int
) -> list[dict[str, Any]]:
    """A row a round, way and number of new hosts: seconds until all of them answer."""
    rows = []
    release = maker.make(1, megabytes)
    with open_ways(sides, folder) as ways:
        for way in ways.values():
            way.shipper.publish(release)
        for number in range(rounds):
            for hosts in HOSTS:
                for name, way in ways.items():
                    seconds = time_hosts(way, [f"{number} {hosts} {each}" for each in range(hosts)])
                    rows.append({"round": number, "way": name, "hosts": hosts, "seconds": seconds})
    shutil.rmtree(folder)
    return rows


def time_hosts(way: Way, names: list[str]) -> float:
    """Seconds until new hosts answer, all at once where the way allows it; they are gone afterwards."""
    began = time.perf_counter()
    with ThreadPoolExecutor(len(names) if way.shipper.at_once else 1) as pool:
        replicas = list(pool.map(lambda name: start(way.shipper.deliver("1", way.host(name))), names))
    seconds = time.perf_counter() - began
    stop_all(replicas)
    for name in names:
        shutil.rmtree(way.host(name))
    return seconds
