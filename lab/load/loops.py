"""The two ways to ask a service for an answer again and again.

An *open loop* sends each request when it is due, whether or not earlier ones have been answered, as callers do who do
not know of one another. A latency counts from the instant at which its request was due, so a stall is paid for by
everybody who came during it (Tene, "How NOT to measure latency": coordinated omission).

In a *closed loop* so many callers each wait for an answer before they ask again. It is how most people measure: while
the service stalls nobody asks, so the stall is met once per caller and the tail stays hidden.
"""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from typing import Literal

import numpy as np

from lab.load.endpoint import Endpoint, run
from lab.load.load_result import Floats, Result, Tail

Send = Callable[[int], Awaitable[int]]
Fates = tuple[Floats, Floats, Floats, np.ndarray]
"""Of each request: when it was due, sent and answered, in seconds since the start, and its status."""
Ask = Callable[[Send], Awaitable[Fates]]


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
    return run(_measure("open", endpoint, lambda send: _send_when_due(send, due), rate))


def closed_loop(endpoint: Endpoint, workers: int, requests: int, rate: float | None = None) -> Result:
    """Let ``workers`` callers send ``requests`` requests between them, one after the other each.

    With a ``rate`` they ask so many times a second between them, where the service lets them: who has waited for a slow
    answer asks at once, but never catches up. Without one they ask as fast as they can. Raises ``ValueError`` for more
    workers than requests.
    """
    if not 1 <= workers <= requests:
        raise ValueError(f"{requests} requests cannot be shared among {workers} workers")
    pause = workers / rate if rate else 0.0
    return run(_measure("closed", endpoint, lambda send: _send_by_turns(send, workers, requests, pause)))


def compare_loops(
    endpoint: Endpoint, rate: float, seconds: float, deadline: float, hear: Callable[[str], object]
) -> dict[str, Tail]:
    """The waits in an ``open`` loop, then in a ``closed`` one that asks as often if it can; ``hear`` gets two lines."""
    opened = open_loop(endpoint, rate, seconds)
    hear(opened.describe(deadline))
    closed = closed_loop(endpoint, 1, len(opened.due), rate)
    hear(closed.describe(deadline))
    return {"open": opened.tail, "closed": closed.tail}


async def _measure(kind: Literal["open", "closed"], endpoint: Endpoint, ask: Ask, rate: float | None = None) -> Result:
    cpu = time.process_time()
    async with endpoint.session() as session:
        due, sent, done, statuses = await ask(lambda number: endpoint.status(session, number))
    seconds = len(due) / rate if rate else float(done.max())
    return Result(kind, rate, seconds, due, sent, (done - due) * 1000, statuses, time.process_time() - cpu)


async def _send_when_due(send: Send, due: Floats) -> Fates:
    """Send request i at ``due[i]`` seconds from now."""
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
    return due, sent, done, statuses


async def _send_by_turns(send: Send, workers: int, requests: int, pause: float) -> Fates:
    """``pause``: seconds from a worker's request to its next. What is due is what was sent."""
    numbers, fates = itertools.count(), []
    began = time.perf_counter()

    async def worker() -> None:
        while (number := next(numbers)) < requests:
            sent = time.perf_counter() - began
            status = await send(number)
            done = time.perf_counter() - began
            fates.append((sent, done, status))
            await asyncio.sleep(max(0.0, sent + pause - done))

    await asyncio.gather(*(worker() for _ in range(workers)))
    sent, done, statuses = (np.array(column) for column in zip(*sorted(fates), strict=True))
    return sent, sent, done, statuses
