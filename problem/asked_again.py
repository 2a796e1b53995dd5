"""The same flight asked about again and again until it leaves: what an answerer is handed, and its door.

One question of the study (real time), asked by many. All answerers have the same champion and the same stored features
behind them, and may keep what they like in a cache: what differs is what they keep, and under which key.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, Protocol

Row = Mapping[str, Any]
"""What is known of a flight apart from the moment of the question: ``FEATURES`` but ``LEAD``; null is None or NaN."""
LEAD = "minutes_to_departure"


class Question(NamedTuple):
    """Is this flight going to be late? Instants are seconds of Unix time."""

    flight_id: int
    asked_at: float
    scheduled_at: float


class UnknownFlight(LookupError):
    """Nothing is stored of this flight; one line that names it."""


class Champion(NamedTuple):
    """The model in force: its ``version``, and what it says of a vector (``FEATURES``)."""

    version: str
    score: Callable[[Row], float]


class Stored(NamedTuple):
    """The features of one refresh: when it was, in seconds of Unix time, and what it has of a flight.

    ``fetch`` raises ``UnknownFlight``.
    """

    refreshed_at: float
    fetch: Callable[[int], Row]


class Behind(Protocol):
    """What stands behind a cache. A champion and a refresh come at any moment, and each as a whole: whoever takes one
    has a version and a model, an instant and features that belong together."""

    @property
    def champion(self) -> Champion: ...

    @property
    def stored(self) -> Stored: ...


class Cache(Protocol):
    """See ``parts.cache``."""

    def get(self, key: str) -> Any:
        """What was put under this key, None if that was nothing, or is gone."""

    def put(self, key: str, value: Any, seconds: float) -> None:
        """Keep a value that JSON can hold, for so many seconds at most."""


class Answerer(Protocol):
    """The door of every way to answer."""

    def __init__(self, cache: Cache, behind: Behind) -> None: ...

    def answer(self, question: Question) -> float:
        """The probability that the flight is late. Raises ``UnknownFlight``, and nothing is kept then."""

    def warm(self, flight_ids: Iterable[int]) -> None:
        """The features were refreshed, and these flights are about to leave: time to prepare, for whoever does."""


def make_vector(row: Row, question: Question) -> Row:
    """What a model is asked: the row, and how long it is until the flight leaves."""
    return {**row, LEAD: (question.scheduled_at - question.asked_at) / 60}
