"""How long callers wait who do not wait for one another: a site under load, its copies, and a process a model."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from aiohttp import ClientSession

from lab.load.endpoint import Endpoint
from lab.load.loops import open_loop
from lab.patterns.parted_site import RunningSite
from lab.patterns.parted_times import Body, compare_ways
from lab.patterns.planted_models import LOCKS, MILES

RATES = (20, 80, 140, 200)
"""Questions a second: the dial."""


@dataclass(frozen=True)
class Turns(Endpoint):
    """Callers that take turns at several addresses."""

    others: tuple[str, ...] = ()

    async def status(self, session: ClientSession, number: int) -> int:
        """See ``Endpoint``."""
        urls = (self.url, *self.others)
        return await Endpoint(urls[number % len(urls)], [self.bodies[number % len(self.bodies)]]).status(session, 0)


def time_load(
    sites: Mapping[str, Sequence[RunningSite]], question: Body, names: Sequence[str], seconds: float, rounds: int
) -> list[dict[str, Any]]:
    """A row for each round, rate and way: median and 95th percentile of the waits in ms, null where none came.

    Each question wants one model, which computes with the lock held. Of a way with several sites, callers take turns.
    """
    bodies = [json.dumps({**question, "distance": MILES[LOCKS], "models": [name]}).encode() for name in names]
    rows = []
    for turn in range(rounds):
        for rate in RATES:
            for way in [*sites][:: 1 if turn % 2 == 0 else -1]:
                first, *others = [site.url for site in sites[way]]
                run = open_loop(Turns(first, bodies, others=tuple(others)), rate, seconds)
                waits = {name: _or_none(run.quantile(share)) for name, share in (("p50", 0.5), ("p95", 0.95))}
                rows.append({"round": turn, "rate": rate, "way": way, "lag": run.lag} | waits)
    return rows


def _or_none(wait: float) -> float | None:
    return wait if np.isfinite(wait) else None


def compare_loads(rows: Sequence[Mapping[str, Any]], rival: str) -> list[dict[str, Any]]:
    """By rate and way, the median wait over the rival's."""
    cells: dict[Any, dict[str, list[float]]] = {}
    for row in rows:
        wait = row["p50"] if row["p50"] is not None else np.inf
        cells.setdefault(row["rate"], {}).setdefault(row["way"], []).append(wait)
    return compare_ways(cells, rival)
