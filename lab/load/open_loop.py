"""An open loop: requests come at a constant rate, whether or not earlier ones have been answered.

So do the callers of a service: they do not know of one another. A latency counts from the instant at which its request
was due, so a stall is paid for by everybody who came during it, and not by the one request that met it (Tene, "How NOT
to measure latency": coordinated omission).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

import numpy as np

from lab.load.endpoint import Endpoint
from lab.load.load_result import Floats, Result
from lab.load.running import run

Send = Callable[[int], Awaitable[int]]


def schedule(rate: float, seconds: float) -> Floats:
    """The instants, in seconds from the start, at which requests are due: ``rate`` a second, evenly spaced."""
    return np.arange(round(rate * seconds)) / rate


def open_loop(endpoint: Endpoint, rate: float, seconds: float) -> Result:
    """Send ``rate`` requests a second for so many seconds, then wait for the answers still out.

    Raises ``ValueError`` for a rate or a time in which no request is due.
    """
    due = schedule(rate, seconds) if rate > 0 else np.empty(0)
    if not len(due):
        raise ValueError(f"no request is due in {seconds:g} s at a rate of {rate:g} a second")
    return run(_open_loop(endpoint, due, rate))


async def _open_loop(endpoint: Endpoint, due: Floats, rate: float) -> Result:
    cpu = time.process_time()
    async with endpoint.session() as session:
        sent, done, statuses = await timetable(lambda number: endpoint.status(session, number), due)
    return Result(
        kind="open", offered=rate, seconds=len(due) / rate, due=due, sent=sent,
        latencies=(done - due) * 1000, statuses=statuses, cpu=time.process_time() - cpu,
    )  # fmt: skip


async def timetable(send: Send, due: Floats) -> tuple[Floats, Floats, np.ndarray]:
    """Send request i at ``due[i]`` seconds from now; when each was sent and answered, and its status, in that order."""
    sent, done, statuses = np.zeros(len(due)), np.zeros(len(due)), np.zeros(len(due), np.int64)
    began = time.perf_counter()

    async def one(number: int) -> None:
        sent[number] = time.perf_counter() - began
        statuses[number] = await send(number)
        done[number] = time.perf_counter() - began

    async with asyncio.TaskGroup() as group:
        for number, at in enumerate(due.tolist()):
            if (ahead := at - (time.perf_counter() - began)) > 0:
                await asyncio.sleep(ahead)
            group.create_task(one(number))
    return sent, done, statuses
