"""A host runs the old code, and a model comes that was made for new code."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from lab.patterns.shipped_faults import ASKED, SAME
from lab.patterns.shipped_releases import KILOMETRES, ONE_MORE, Maker
from lab.patterns.shipped_replicas import start
from lab.patterns.shipped_ways import Way, open_ways
from problem.shipping import CannotShip, Release, Started

NEW_CODE = {"another unit": KILOMETRES, "one column more": ONE_MORE}


def mix_versions(sides: Mapping[str, ModuleType], maker: Maker, folder: Path) -> list[dict[str, Any]]:
    """By way and kind of new code, what happens.

    ``counted``: whether whoever changed the code has counted its contract up.
    """
    rows = []
    old = maker.make(1, 0.1)
    for kind, change in NEW_CODE.items():
        new = maker.make(2, 0.1, change)
        right = _ask_all(Started(new.code, new.packages, new.model, "2"), maker)
        by_count = {True: new, False: new._replace(contract=old.contract)}
        with open_ways(sides, folder / kind) as ways:
            for name, way in ways.items():
                for counted, release in by_count.items():
                    told = {"way": name, "kind": kind, "counted": counted}
                    host = way.host(f"host {1 + counted}")
                    rows.append(told | _deliver_mixed(way, host, old, release, partial(_differ, right, maker)))
        shutil.rmtree(folder / kind)
    return rows


def _deliver_mixed(
    way: Way, host: Path, old: Release, new: Release, differ: Callable[[Started], float]
) -> dict[str, Any]:
    """What is said, and the largest difference from what new code with its own model answers."""
    way.shipper.publish(old)
    way.shipper.deliver("1", host)
    way.shipper.publish(new)
    try:
        return {"said": "answers", "difference": differ(way.shipper.deliver("2", host))}
    except CannotShip as refused:
        return {"said": str(refused), "difference": None}


def _differ(right: np.ndarray, maker: Maker, started: Started) -> float:
    difference = float(np.abs(_ask_all(started, maker) - right).max())
    return 0.0 if difference < SAME else difference


def _ask_all(started: Started, maker: Maker) -> np.ndarray:
    replica = start(started)
    try:
        return np.array([replica.ask(flight) for flight in maker.list_questions(ASKED)])
    finally:
        replica.stop()


def describe(said: str, difference: float | None = 0.0) -> str:
    """In a word or two: right, wrong without an error, or refused."""
    if said != "answers":
        return "error" if said.startswith("status") else "refused"
    return "answers right" if not difference else "answers wrong"


def count_silent(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """By way, of how many mixed pairs the answers are wrong without an error, the contract counted up."""
    silent = [row["way"] for row in rows if row["counted"] and row["said"] == "answers" and row["difference"]]
    return {way: silent.count(way) for way in sorted({row["way"] for row in rows})}
