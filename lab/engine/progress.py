"""How a worker tells how far it is: one line on its standard output, read by the study that started it."""

from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

T = TypeVar("T")
PREFIX = "progress"


def report(done: float, total: float) -> None:
    """Tell the study that ``done`` of ``total`` units of this step's work are done."""
    print(PREFIX, done, total, flush=True)


def reported(items: Iterable[T], total: int | None = None) -> Iterator[T]:
    """The items, with a report after each; ``total`` if they have no length."""
    count = total if total is not None else len(items) if isinstance(items, Sized) else 0
    for number, item in enumerate(items, 1):
        yield item
        report(number, count)
