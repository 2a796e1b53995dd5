"""Callers who go on asking while something is changed, and what they got."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from typing import Any, NamedTuple

from lab.patterns.changed_fleet import NOBODY, Front

RATE, CALLERS = 25.0, 16
"""Questions a second; threads that ask."""


class Call(NamedTuple):
    """A question: when it was sent, as ``time.monotonic`` has it, and who answered; ``lag``: seconds that it was sent
    late."""

    at: float
    by: str
    lag: float = 0.0


@contextmanager
def call_steadily(front: Front) -> Iterator[list[Call]]:
    """Questions at ``RATE`` while the block runs, sent by the clock; the list is whole when it is over."""
    calls: list[Call] = []
    over = threading.Event()

    def call(due: float) -> None:
        sent = time.monotonic()
        calls.append(Call(sent, front.ask(), sent - due))

    def send(pool: ThreadPoolExecutor) -> None:
        began = time.monotonic()
        for number in count():
            due = began + number / RATE
            if over.wait(max(0.0, due - time.monotonic())):
                return
            pool.submit(call, due)

    with ThreadPoolExecutor(CALLERS) as pool:
        clock = threading.Thread(target=send, args=(pool,))
        clock.start()
        try:
            yield calls
        finally:
            over.set()
            clock.join()


def describe(calls: Sequence[Call], since: float, old: str) -> dict[str, Any]:
    """Of the calls sent since an instant: how many were answered the ``old`` way, and how many by nobody; ``lag``:
    seconds that the latest was sent late."""
    after = [call for call in calls if call.at >= since]
    return {
        "asked": len(after),
        "wrong": sum(call.by == old for call in after),
        "lost": sum(call.by == NOBODY for call in after),
        "lag": max((call.lag for call in after), default=0.0),
    }
