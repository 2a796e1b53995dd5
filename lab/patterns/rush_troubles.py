"""Arms live through a trouble, all at the same time, each asked the same: what callers saw in it and after it."""

import os
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import numpy as np

from lab.load.endpoint import Endpoint
from lab.load.load_result import NO_ANSWER, NO_CONNECTION, Result
from lab.load.loops import open_loop
from lab.patterns.rush_arms import Arm, come_to_rest, encode, read_all_cpu
from lab.patterns.rush_cases import USUAL, WAIT, Case, Phases
from lab.patterns.rush_seen import Asked, describe, describe_late, find_recovery
from lab.patterns.troubled_model import Trouble, write_trouble
from parts.guarded_front.hourly_table import NAME
from problem.rush import PATIENCE

GIVE_UP = 10.0
"""Seconds after which a caller hangs up."""
CONNECTIONS = 2_000
BY_TABLE = f'"prediction": {{"{NAME}"'.encode()


class Asking(Endpoint):
    """Asks, and keeps the numbers of the questions that the table answered."""

    def __init__(self, url: str, bodies: Sequence[bytes], timeout: float = GIVE_UP) -> None:
        super().__init__(f"{url}/predict", bodies, timeout, CONNECTIONS)
        self.by_table: set[int] = set()

    async def status(self, session: aiohttp.ClientSession, number: int) -> int:
        """See ``Endpoint``."""
        try:
            async with session.post(self.url, data=self.bodies[number % len(self.bodies)]) as answer:
                if BY_TABLE in await answer.read():
                    self.by_table.add(number)
                return answer.status
        except TimeoutError:
            return NO_ANSWER
        except aiohttp.ClientError:
            return NO_CONNECTION

    def ask(self, rate: float, seconds: float) -> Asked:
        """An open loop: when each question was due, how long it waited, and who answered it."""
        return sort_fates(open_loop(self, rate, seconds), self.by_table)


def sort_fates(run: Result, by_table: set[int]) -> Asked:
    """Of each question, in the order in which they were due."""
    table = np.isin(np.arange(len(run.due)), [*by_table])
    return Asked(run.due, run.latencies / 1000, run.statuses, table, run.lag)


class Site(NamedTuple):
    """Arms by name, what they are asked, and the file in which the models' trouble stands."""

    arms: Mapping[str, Arm]
    questions: Sequence[Mapping[str, Any]]
    trouble: Path

    def rest(self) -> None:
        """Until nothing is left of what was."""
        come_to_rest(self.arms, self.questions[0], self.trouble, Trouble(WAIT))

    def count_calls(self) -> dict[str, int]:
        """By arm, the calls that its model has handled."""
        return {name: arm.count_calls() for name, arm in self.arms.items()}


def live_through(site: Site, case: Case, phases: Phases) -> list[dict[str, Any]]:
    """A row an arm. ``calls`` of the model by question; ``busy``: the share of the machine that arms and generator
    used, through which arms disturb one another."""
    before, cpu, began = site.count_calls(), read_all_cpu(site.arms), time.monotonic()
    usual, more = ask_all(site, case, phases)
    busy = (read_all_cpu(site.arms) - cpu) / (time.monotonic() - began) / (os.cpu_count() or 1)
    site.rest()
    calls, rows = site.count_calls(), list[dict[str, Any]]()
    for name in site.arms:
        parts = [future[name].result() for future in (usual, more) if name in future]
        told = {"kind": case.kind, "strength": case.strength, "arm": name, "busy": busy}
        asked = sum(len(part.due) for part in parts)
        rows.append({**told, **describe_arm(parts, phases), "calls": (calls[name] - before[name]) / asked})
    return rows


Futures = dict[str, "Future[Asked]"]


def ask_all(site: Site, case: Case, phases: Phases) -> tuple[Futures, Futures]:
    """Ask all arms as usual, and more of them in a rush, and bring the trouble over the models meanwhile."""
    bodies = encode(site.questions)
    pool = ThreadPoolExecutor(2 * len(site.arms))
    began = time.monotonic()
    usual = {name: pool.submit(Asking(arm.front, bodies).ask, USUAL, sum(phases)) for name, arm in site.arms.items()}
    sleep_until(began + phases.calm)
    write_trouble(case.trouble, site.trouble)
    rushing = site.arms.items() if case.more else ()
    more = {name: pool.submit(Asking(arm.front, bodies[::-1]).ask, case.more, phases.trouble) for name, arm in rushing}
    sleep_until(began + phases.calm + phases.trouble)
    write_trouble(Trouble(WAIT), site.trouble)
    sleep_until(began + sum(phases) + PATIENCE)
    pool.shutdown(wait=False)
    return usual, more


def sleep_until(moment: float) -> None:
    """By the clock of ``time.monotonic``."""
    time.sleep(max(0.0, moment - time.monotonic()))


def describe_arm(parts: Sequence[Asked], phases: Phases) -> dict[str, Any]:
    """What callers saw of an arm in the trouble, and, if it was watched for ``GIVE_UP`` seconds after that, when it was
    over for them. ``parts``: the usual ones first."""
    usual, start, end = parts[0], phases.calm, phases.calm + phases.trouble
    in_trouble = usual.take((usual.due >= start) & (usual.due < end))
    asked = in_trouble.join(parts[1:])
    told = {**describe(asked), "lag": max(part.lag for part in parts)}
    return told | describe_after(asked, usual, end) if phases.after >= GIVE_UP else told


def describe_after(asked: Asked, usual: Asked, end: float) -> dict[str, Any]:
    """What shows only where all was left alone until callers hung up."""
    return {
        **describe_late(asked),
        "recovered": find_recovery(usual, end, usual.is_good_by_model),
        "answering": find_recovery(usual, end, usual.is_good),
    }
