"""A closed loop: so many callers, each of whom waits for an answer before asking again.

It is how most people measure. While the service stalls nobody asks, so the stall is met once per caller and the tail
stays hidden; and a slow service is asked less. Its latencies are those of one caller, its rate is the service's.
"""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable

import numpy as np

from lab.load.endpoint import Endpoint
from lab.load.load_result import Result
from lab.load.running import run

Send = Callable[[int], Awaitable[int]]
Seen = tuple[float, float, int]
"""When a request was sent and answered, in seconds since the start, and its status."""


def closed_loop(endpoint: Endpoint, workers: int, requests: int, rate: float | None = None) -> Result:
    """Let ``workers`` callers send ``requests`` requests between them, one after the other each.

    With a ``rate`` they ask so many times a second between them, where the service lets them: who has waited for a slow
    answer asks at once, but never catches up. Without one they ask as fast as they can.
    """
    if not 1 <= workers <= requests:
        raise ValueError(f"{requests} requests cannot be shared among {workers} workers")
    return run(_closed_loop(endpoint, workers, requests, workers / rate if rate else 0.0))


async def _closed_loop(endpoint: Endpoint, workers: int, requests: int, pause: float) -> Result:
    cpu = time.process_time()
    async with endpoint.session() as session:
        seen = await turns(lambda number: endpoint.status(session, number), workers, requests, pause)
    sent, done, statuses = (np.array(column) for column in zip(*seen, strict=True))
    return Result(
        kind="closed", offered=None, seconds=float(done.max()), due=sent, sent=sent,
        latencies=(done - sent) * 1000, statuses=statuses, cpu=time.process_time() - cpu,
    )  # fmt: skip


async def turns(send: Send, workers: int, requests: int, pause: float = 0.0) -> list[Seen]:
    """What the workers saw, in the order sent; ``pause``: seconds from a worker's request to its next."""
    numbers, seen = itertools.count(), []
    began = time.perf_counter()

    async def worker() -> None:
        while (number := next(numbers)) < requests:
            sent = time.perf_counter() - began
            status = await send(number)
            done = time.perf_counter() - began
            seen.append((sent, done, status))
            await asyncio.sleep(max(0.0, sent + pause - done))

    await asyncio.gather(*(worker() for _ in range(workers)))
    return sorted(seen)
