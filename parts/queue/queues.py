"""A durable queue behind one door; which one is a line of configuration.

A message is taken with a deadline, the end of its lease. Who has answered it by then acknowledges it; if nobody has, it
is given to the next who asks. So each is answered at least once, whatever dies, and may be handled twice. One that was
taken as often as is allowed and is still not answered is set aside, for people to look at.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

LEASE = 30.0
"""Seconds that a worker has for a message: well above what the slowest takes, or it is handled twice."""
TRIES = 3
"""How often a message is given to workers before it is set aside."""
PATIENCE = 2.0
"""Seconds after which a store that does not react counts as gone."""
WAITING, ANSWERED, ASIDE = "waiting", "answered", "set aside"
STATES = (WAITING, ANSWERED, ASIDE)
DIED = "whoever had it ended, or did not answer in time"


class NoQueue(ConnectionError):
    """The store cannot be reached, or not be written; one line that says which. What was accepted is still in it."""


class Letter(NamedTuple):
    """What is put: a ``ticket`` by which its answer is found, and the text of the question."""

    ticket: str
    body: str


class Message(NamedTuple):
    """What is taken: ``tries`` counts this time, too."""

    ticket: str
    body: str
    tries: int


class Standing(NamedTuple):
    """How it is with a message. ``put_at``, ``answered_at``: seconds of Unix time, the latter 0 until it is.

    ``why``: what went wrong last, if anything did.
    """

    ticket: str
    state: str
    tries: int
    put_at: float
    answered_at: float
    answer: str
    why: str
    body: str


class Queue(Protocol):
    """The door. Each method raises ``NoQueue``; one object is for one thread at a time.

    Answered messages stay until somebody deletes them.
    """

    def put(self, letters: Sequence[Letter]) -> None:
        """Accept all of them or none: they are where a crash cannot take them when this returns."""

    def take(self) -> Message | None:
        """The oldest that nobody has in hand, for ``LEASE`` seconds; None if there is none."""

    def acknowledge(self, ticket: str, answer: str) -> None:
        """Keep its answer; it is not given to anybody again."""

    def give_back(self, message: Message, why: str) -> None:
        """It could not be answered: the next may try, or it is set aside if it was tried too often.

        Nothing happens if the lease is over and somebody else has it.
        """

    def find(self, ticket: str) -> Standing | None:
        """What has become of a message; None if it was never accepted."""

    def list_messages(self, state: str) -> list[Standing]:
        """All in that state, the oldest first."""

    def count(self) -> dict[str, int]:
        """How many there are, by state."""

    def close(self) -> None:
        """Let go of files and connections."""


def open_queue(where: str, lease: float = LEASE, most_tries: int = TRIES, patience: float = PATIENCE) -> Queue:
    """The queue that a line of configuration names: ``sqlite:FILE`` or ``redis://HOST:PORT``.

    ``lease``, ``patience``: seconds. Raises ``NoQueue``, and ``ValueError`` for another name.
    """
    kind, _, rest = where.partition(":")
    if kind == "sqlite" and rest:
        from parts.queue.sqlite_queue import SqliteQueue

        return SqliteQueue(rest, lease, most_tries, patience)
    if kind == "redis" and rest:
        from parts.queue.redis_queue import RedisQueue  # without Redis, the package need not be there

        return RedisQueue(where, lease, most_tries, patience)
    raise ValueError(f"no queue is called {where!r}: sqlite:FILE or redis://HOST:PORT")
