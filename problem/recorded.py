"""What a service knows of an answer when it gives it, and the door of whatever keeps a record of answers.

Some day somebody asks what happened on Tuesday. All recorders are handed the same; what differs is what they keep of
it, and when it is safe.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

INSTANT = "answered_at"
"""The column of a record that says when; seconds of Unix time."""


class Answered(NamedTuple):
    """One answer. Values are such that JSON can hold them, null being None or NaN.

    ``caller``: who asked; ``instance`` and ``release``: which of the service's processes answered, and which code runs
    in it. ``milliseconds``: how long it took, by part, and in all under the name "". ``ages``: minutes since the
    refresh of stored features, by their table. ``features``: what the model really got.
    """

    answered_at: float
    flight_id: int
    caller: str
    instance: str
    release: str
    model_version: str
    prediction: float
    milliseconds: Mapping[str, float]
    ages: Mapping[str, float | None]
    features: Mapping[str, Any]


class Recorder(Protocol):
    """What a service tells of each answer before the answer leaves."""

    def record(self, answered: Answered) -> None:
        """Keep of it what this recorder keeps. Nothing is raised: an answer does not fail because its record does."""

    def close(self) -> None:
        """No more will come."""


class Form(NamedTuple):
    """A way to record, below a folder; files of earlier runs stay beside new ones.

    ``read``: what can be read from them, a dictionary an answer with ``INSTANT`` and other fields, oldest run first.
    """

    open: Callable[[Path], Recorder]
    read: Callable[[Path], list[dict[str, Any]]]


Forms = Mapping[str, Form]
"""The door of a side's module ``forms``: its ``FORMS`` by name."""
