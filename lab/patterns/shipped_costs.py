"""One release after the other: bytes that move, and seconds from the word to an answer with the new model."""

import shutil
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from lab.patterns.shipped_releases import Maker
from lab.patterns.shipped_replicas import Replica, move_on, stop_all
from lab.patterns.shipped_ways import IMAGE, Way, open_ways
from problem.shipping import Release

LAYERINGS = ("MODEL_LAST", "WITH_CODE", "TOGETHER")


def follow_releases(
    sides: Mapping[str, ModuleType], maker: Maker, folder: Path, sizes: Sequence[float]
) -> list[dict[str, Any]]:
    """A row a release and way: ``moved`` to its only host and ``pushed`` (bytes), ``seconds``; by turns.

    ``sizes``: of the models that a host lives through, MB.
    """
    rows: list[dict[str, Any]] = []
    with open_ways(sides, folder) as ways:
        running: dict[str, Replica | None] = dict.fromkeys(ways)
        try:
            for number, megabytes in enumerate(sizes, 1):
                release = maker.make(number, megabytes)
                for name in list(ways)[:: 1 if number % 2 else -1]:
                    told = {"megabytes": megabytes, "release": number, "way": name}
                    running[name], found = ship(ways[name], release, running[name])
                    rows.append(told | found)
                shutil.rmtree(release.model.parent, ignore_errors=True)
        finally:
            stop_all(running.values())
    shutil.rmtree(folder)
    return rows


def ship(way: Way, release: Release, running: Replica | None) -> tuple[Replica, dict[str, Any]]:
    """Publish, deliver, answer: the process that answers then, and what it took."""
    host, stored = way.host("first"), way.registry.count_stored()
    counter, began = way.count_moved(host), time.perf_counter()
    way.shipper.publish(release)
    published = time.perf_counter()
    started = way.shipper.deliver(release.version, host)
    replica = move_on(running, started, way.shipper.swaps_in_process)
    seconds = time.perf_counter() - began
    pushed = way.registry.count_stored() - stored
    told = {"seconds": seconds, "host_seconds": seconds - (published - began)}
    return replica, {"moved": counter.read(), "pushed": pushed} | told


def compare_layerings(side: ModuleType, maker: Maker, folder: Path, megabytes: float) -> list[dict[str, Any]]:
    """Bytes that a host pulls for its first and second release, by what lies in which layer of an image."""
    rows = []
    for layering in LAYERINGS:
        with open_ways({IMAGE: side}, folder / layering) as ways:
            way = ways[IMAGE]
            module = import_module(f"{side.__name__}.shipper")
            shipper = module.Shipper(way.home / "workshop", way.registry.address, getattr(module, layering))
            moved = []
            for number in (1, 2):
                shipper.publish(maker.make(number, megabytes))
                counter = way.count_moved(way.host("first"))
                shipper.deliver(str(number), way.host("first"))
                moved.append(counter.read())
            rows.append({"layering": layering, "first": moved[0], "second": moved[1]})
        shutil.rmtree(folder / layering)
    return rows
