"""Both sides under load by turns, and what becomes of second answers when the process that makes them is killed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from lab.patterns.later_answers import Listener
from lab.patterns.staged_load import Cell, make_bodies, run_cell
from lab.patterns.staged_services import Deployed, Wanted, deploy
from problem.too_big import Row

EXHIBIT, REFERENCE = "online_bigsize", "multi_stage"
SINGLY, TOGETHER, STAGED = "one at a time", "together", "two stages"
MOST = 64
"""Waiting questions that the exhibit answers at once, where it does."""
WARM_RATE, WARM_SECONDS = 10, 0.5
KILL_RATE, KILL_AFTER = 30, 0.5
"""Questions a second, and seconds until the kill, half of the time for which they are asked."""
Cells = dict[tuple[str, float], list[Cell]]


class Load(NamedTuple):
    """Questions a second (the dial), seconds for which each rate is asked at, and rounds."""

    rates: Sequence[float] = (10, 30, 90)
    seconds: float = 1.0
    rounds: int = 3


class Site(NamedTuple):
    """What is asked, what the big model says of it, who is told, and by way the deployment."""

    bodies: Sequence[bytes]
    right: Sequence[float]
    listener: Listener
    ways: Mapping[str, Deployed]

    def ask(self, way: str, rate: float, seconds: float) -> Cell:
        """One run."""
        return run_cell(self.ways[way], self.listener, self.bodies, self.right, rate, seconds)


@contextmanager
def open_site(
    sides: Mapping[str, ModuleType], folder: Path, rows: Sequence[Row], right: Sequence[float]
) -> Iterator[Site]:
    """All ways at work and warm while the block lasts. ``folder``: holds the folder of models; ``right``: by row, what
    the big model says."""
    doors: Mapping[str, Any] = sides
    with Listener() as listener:
        told = {"MODELS": str(folder / "models"), "PUSH_TO": listener.address}
        wanted = {
            SINGLY: Wanted(doors[EXHIBIT], folder / "singly", told),
            TOGETHER: Wanted(doors[EXHIBIT], folder / "together", {**told, "TOGETHER": str(MOST)}),
            STAGED: Wanted(doors[REFERENCE], folder / "staged", told),
        }
        with deploy(wanted) as ways:
            site = Site(make_bodies(rows), right, listener, ways)
            for way in ways:
                site.ask(way, WARM_RATE, WARM_SECONDS)
            yield site


def ask_by_turns(site: Site, load: Load) -> Cells:
    """By way and rate, a run each round; the order of the ways turns."""
    cells: Cells = {(way, rate): [] for rate in load.rates for way in site.ways}
    for number in range(load.rounds):
        for rate in load.rates:
            for way in [*site.ways][:: 1 if number % 2 == 0 else -1]:
                cells[way, rate].append(site.ask(way, rate, load.seconds))
    return cells


def kill_second_stage(site: Site) -> dict[str, Any]:
    """Kill the process that makes second answers while questions come in; the supervisor starts it again.

    How many second answers there were, lost and wrong ones among them, and the longest wait in seconds.
    """
    killer = Timer(KILL_AFTER, site.ways[STAGED].kill_last)
    killer.start()
    cell = site.ask(STAGED, KILL_RATE, 2 * KILL_AFTER)
    killer.join()
    waits = cell.final[np.isfinite(cell.final)]
    return {"answers": len(waits), "lost": cell.lost, "wrong": cell.wrong, "longest": float(waits.max())}


def measure_cpu_ratio(cells: Cells, rate: float) -> dict[str, Any]:
    """CPU of all processes a question that was answered, two stages over one at a time: median, least and most of the
    rounds."""
    own, rival = ([cell.cpu / np.isfinite(cell.first).sum() for cell in cells[way, rate]] for way in (STAGED, SINGLY))
    ratios = [float(ours / theirs) for ours, theirs in zip(own, rival, strict=True)]
    return {"value": float(np.median(ratios)), "low": min(ratios), "high": max(ratios)}
