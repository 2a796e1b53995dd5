"""How long callers wait who do not wait for one another: a site under load, its copies, and a process a model."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from aiohttp import ClientSession

from lab.load.endpoint import TIMEOUT, Endpoint
from lab.load.load_result import OK
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
    """A row for each round, rate and way: the median of the waits in ms, and the share that was answered.

    Each question wants one model, which computes with the lock held. Of a way with several sites, callers take turns.
    What is refused or not answered counts as ``TIMEOUT``, after which a caller gives up.
    """
    bodies = [json.dumps({**question, "distance": MILES[LOCKS], "models": [name]}).encode() for name in names]
    rows = []
    for turn in range(rounds):
        for rate in RATES:
            for way in [*sites][:: 1 if turn % 2 == 0 else -1]:
                first, *others = [site.url for site in sites[way]]
                run = open_loop(Turns(first, bodies, others=tuple(others)), rate, seconds)
                wait = min(run.quantile(0.5), TIMEOUT * 1000)
                answered = float((run.statuses == OK).mean())
                rows.append(
                    {"round": turn, "rate": rate, "way": way, "wait": wait, "answered": answered, "lag": run.lag}
                )
    return rows


def compare_loads(rows: Sequence[Mapping[str, Any]], rival: str) -> list[dict[str, Any]]:
    """By rate and way, the median wait over the rival's; and the share that was answered, of both."""
    waits, answered = (put_in_cells(rows, figure) for figure in ("wait", "answered"))
    shares = {(rate, way): float(np.mean(of)) for rate, cell in answered.items() for way, of in cell.items()}
    return [
        row | {"answered": shares[row["setting"], row["way"]], "rival_answered": shares[row["setting"], rival]}
        for row in compare_ways(waits, rival)
    ]


def put_in_cells(rows: Sequence[Mapping[str, Any]], figure: str) -> dict[Any, dict[str, list[float]]]:
    """By rate and way, the figure of each round."""
    cells: dict[Any, dict[str, list[float]]] = {}
    for row in rows:
        cells.setdefault(row["rate"], {}).setdefault(row["way"], []).append(row[figure])
    return cells
