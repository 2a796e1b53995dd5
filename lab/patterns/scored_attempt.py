"""A candidate of which parts may be missing."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd


class Attempted:
    """A ``problem.good_enough.Candidate``: looking at a part that could not be made raises what it died of."""

    def __init__(self, looked_at: pd.Timestamp) -> None:
        self.parts: dict[str, Any] = {"looked_at": looked_at}

    def __getattr__(self, name: str) -> Any:
        part = self.__dict__["parts"].get(name, AttributeError(name))
        if isinstance(part, Exception):
            raise part
        return part

    def attempt(self, names: Sequence[str], make: Callable[[], Sequence[Any]]) -> None:
        """Keep what ``make`` gives under these names, or its error under each."""
        try:
            made = make()
        except Exception as error:  # any: a fault may be anything
            made = [error] * len(names)
        self.parts |= dict(zip(names, made, strict=True))
