"""A host runs the old code, and a model comes that was made for new code."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from lab.patterns.shipped_faults import ASKED, SAME
from lab.patterns.shipped_releases import KILOMETRES, ONE_MORE, Maker
from lab.patterns.shipped_replicas import start
from lab.patterns.shipped_ways import Way, open_ways
from problem.shipping import CannotShip, Started

NEW_CODE = {"another unit": KILOMETRES, "one column more": ONE_MORE}


def mix_versions(sides: Mapping[str, ModuleType], maker: Maker, folder: Path) -> list[dict[str, Any]]:
    """By way and kind of new code, what happens.

    ``counted``: whether whoever changed the code has counted its contract up.
    """
    rows = []
    for kind, change in NEW_CODE.items():
        for counted in (True, False):
            with open_ways(sides, folder / f"{kind} {counted}") as ways:
                told = {"kind": kind, "counted": counted}
                rows += [{"way": name} | told | _mix(way, maker, change, counted) for name, way in ways.items()]
    return rows


def _mix(way: Way, maker: Maker, change: tuple[str, str], counted: bool) -> dict[str, Any]:
    """What is said, and the largest difference from what new code with its own model answers."""
    old, new = maker.make(1, 0.1), maker.make(2, 0.1, change)
    host = way.host("first")
    way.shipper.publish(old)
    way.shipper.deliver("1", host)
    way.shipper.publish(new if counted else new._replace(contract=old.contract))
    try:
        found = _ask_all(way.shipper.deliver("2", host), maker)
    except CannotShip as refused:
        return {"said": str(refused), "difference": None}
    right = _ask_all(Started(new.code, new.packages, new.model, "2"), maker)
    difference = float(np.abs(found - right).max())
    return {"said": "answers", "difference": 0.0 if difference < SAME else difference}


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
