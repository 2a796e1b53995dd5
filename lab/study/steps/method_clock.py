"""A clock on some methods of a class, whoever calls them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch


class Clock:
    """``seconds``: wall seconds spent inside so far."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def on(self, method: Callable[..., Any]) -> Callable[..., Any]:
        """The method, counted; it must not call another one that this clock counts."""

        def counted(*given: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return method(*given, **named)
            finally:
                self.seconds += time.perf_counter() - began

        return counted


@contextmanager
def clock_methods(owner: type, *names: str) -> Iterator[Clock]:
    """Within the block the class's methods of these names run under one clock."""
    clock = Clock()
    counted: dict[str, Any] = {name: clock.on(getattr(owner, name)) for name in names}
    with patch.multiple(owner, **counted):
        yield clock
