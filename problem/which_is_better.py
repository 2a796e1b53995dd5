"""Two models, one in force and one proposed: how it is found out which is better, where seats hang on what they say.

An hour before a flight leaves, a service says how likely it is late. The desk of its airport then gives out blocks of
seats for the flights of that hour (``give_out``). A block costs 1; a late flight without one costs ``PRICE``. A block
may change what comes of a flight, and then nobody sees what would have come of it. All ways to find out get the same
two models, and have lost nothing when they are stopped and started again: what differs is what they look at, and who
meets a candidate's mistakes.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

PRICE = 3.0
"""What a late flight costs for which no seats were put aside, in blocks."""
ROOM = 0.25
"""Blocks that an airport has in an hour, by flight that leaves then; rounded up."""
LIMIT = 0.1
"""Seconds; an answer that takes longer is replaced by the table's."""
Row = Mapping[str, Any]
"""``FEATURES`` of a flight."""
Score = Callable[[Row], float]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Places = NDArray[np.int64]


class Arm(StrEnum):
    """Who answers: the model in force, the one proposed, or the table of rates, where the model did not in time."""

    CHAMPION = "champion"
    CANDIDATE = "candidate"
    TABLE = "table"


class Models(NamedTuple):
    """What each says of a row. The table's answer is always there; the others may raise, hang, or say no number."""

    champion: Score
    candidate: Score
    table: Score


class Question(NamedTuple):
    """One flight: ``day`` in New York as 2013-07-01; ``aircraft`` is its tail number, or the id if nobody knows it;
    ``slot`` is the airport's hour, of whose seats it may get some."""

    request_id: str
    day: str
    slot: str
    aircraft: str
    row: Row


class Answer(NamedTuple):
    """The probability that the flight is late, who says so, and whose seats it may get: those of champion or candidate.

    Where all flights are one model's there is one pool of seats; where they are not, each has those of its flights.
    """

    risk: float
    by: Arm
    arm: Arm


class Result(NamedTuple):
    """What came of an answer: whether the flight was late after all, and what that cost, in blocks."""

    request_id: str
    late: bool
    cost: float


class Past(NamedTuple):
    """The test month: ``day``, whether each flight was ``late``, what both models say of it; arrays of one length."""

    day: Places
    late: Flags
    champion: Floats
    candidate: Floats


class Seen(NamedTuple):
    """What one stage of a trial has seen after so many ``days``.

    ``total``: sums of candidate less champion, less is better, of so many ``units``, and ``squares`` of these. A unit
    is a day where both were asked about the same flights, and ``total`` then adds up means a flight; else it is what
    went to one arm as a whole, and ``total`` adds up blocks. ``flights``: how many there were. ``missing``: the share
    of flights on which the candidate had no answer in time.
    """

    days: int
    units: float
    total: float
    squares: float
    flights: float
    missing: float = 0.0


class Decision(StrEnum):
    """What a stage comes to. Whoever passes the last stage is released."""

    GO_ON = "goes on"
    PASS = "passes"
    REFUSE = "is refused"


class Verdict(NamedTuple):
    """The decision, why in one line, the difference a flight (candidate less champion), and whether that is shown."""

    decision: Decision
    why: str
    difference: float = 0.0
    shown: bool = False


class Trial(Protocol):
    """The door of every way to find out. All that a trial knows is under ``home``; whoever opens it goes on there."""

    def __init__(self, home: Path, models: Models, past: Past) -> None: ...

    def answer(self, question: Question) -> Answer:
        """Answer within the limit, whatever the candidate does. In one stage the same question has the same arm."""

    def learn(self, results: Iterable[Result]) -> None:
        """What came of answers; told twice it counts once. Raises ``ValueError`` for a cost that is no number."""

    def decide(self) -> Verdict:
        """At the end of a day, when its results are in: whether the trial is over. What is decided stays so."""

    def stop(self, why: str) -> Verdict:
        """End it before its time: the champion answers alone, and what was seen is kept."""

    def close(self) -> None:
        """Let go of the file."""


def give_out(slot: Places, risk: Floats) -> Flags:
    """Who gets a block: of the flights for which it is worth it, in each slot the riskiest, as far as there is room.

    ``slot``: a number for each flight, from 0 on; of two flights of one risk the first in the table comes first.
    """
    order = np.argsort(slot + (1 - risk) / 2, kind="stable")
    sizes = np.bincount(slot)
    place = np.arange(len(slot)) - (np.cumsum(sizes) - sizes)[slot[order]]
    given = np.zeros(len(slot), bool)
    given[order] = place < np.ceil(ROOM * sizes)[slot[order]]
    return given & (PRICE * risk > 1)


def price(given: Flags, late: Flags) -> Floats:
    """What flights cost, in blocks."""
    return np.where(given, 1.0, PRICE * late)
