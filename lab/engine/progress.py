"""How a step's code says how far it is. Outside a step nobody listens, and nothing happens."""

from collections.abc import Iterable, Iterator, Sized
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import TypeVar

T = TypeVar("T")
_listener: Connection | None = None


def connect(listener: Connection | None) -> None:
    """Send reports to this connection from now on, as ``("progress", done, total)``; None: send them nowhere."""
    global _listener
    _listener = listener


def report(done: float, total: float) -> None:
    """Say that ``done`` of ``total`` units of this step's work are done."""
    if _listener is not None:
        with suppress(OSError):  # a study that is gone needs no report
            _listener.send(("progress", done, total))


def reported(items: Iterable[T], total: int | None = None) -> Iterator[T]:
    """The items, with a report after each; ``total``: how many there are, if they have no length."""
    count = total if total is not None else len(items) if isinstance(items, Sized) else 0
    for number, item in enumerate(items, 1):
        yield item
        report(number, count)
