"""The queue in a file, for the processes of one machine."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from parts.queue.queues import ANSWERED, ASIDE, DIED, STATES, WAITING, Letter, Message, NoQueue, Standing

TABLES = f"""
create table if not exists messages (
    number integer primary key, ticket text not null unique, state text not null default '{WAITING}',
    tries integer not null default 0, put_at real not null, answered_at real not null default 0,
    answer text not null default '', why text not null default '', body text not null, due real not null default 0);
create index if not exists waiting on messages (number) where state = '{WAITING}';
"""
TAKE = f"""
update messages set tries = tries + 1, due = :now + :lease where number = (
    select number from messages indexed by waiting where state = '{WAITING}' and due <= :now order by number limit 1)
returning ticket, body, tries
"""
SET_ASIDE = f"update messages set state = '{ASIDE}', why = iif(why = '', '{DIED}', why) where ticket = :ticket"
ACKNOWLEDGE = f"""
update messages set state = '{ANSWERED}', answer = :answer, answered_at = :now
where ticket = :ticket and state != '{ANSWERED}'
"""
GIVE_BACK = f"""
update messages set due = 0, why = :why, state = iif(tries >= :most, '{ASIDE}', '{WAITING}')
where ticket = :ticket and tries = :tries and state = '{WAITING}'
"""
READ = f"select {', '.join(Standing._fields)} from messages"


class SqliteQueue:
    """See ``Queue``. ``clock``: seconds of Unix time, as leases outlive the process that gave them."""

    def __init__(
        self, file: str, lease: float, most_tries: int, patience: float, clock: Callable[[], float] = time.time
    ) -> None:
        self._file, self._lease, self._most, self._clock = file, lease, most_tries, clock
        with self._explain():
            self._store = sqlite3.connect(file, timeout=patience, isolation_level=None, check_same_thread=False)
            self._store.execute("pragma journal_mode = wal")
            self._store.execute("pragma synchronous = normal")
            self._store.executescript(TABLES)

    def put(self, letters: Sequence[Letter]) -> None:
        """See ``Queue``: the disk has it, not the operating system alone.

        Workers do not wait for the disk: an answer that a power cut takes is given once more.
        """
        now = self._clock()
        with self._write("full"):
            rows = [(each.ticket, each.body, now) for each in letters]
            self._store.executemany("insert into messages (ticket, body, put_at) values (?, ?, ?)", rows)

    def take(self) -> Message | None:
        """See ``Queue``."""
        now = self._clock()
        with self._write():
            while row := self._store.execute(TAKE, {"now": now, "lease": self._lease}).fetchone():
                message = Message(*row)
                if message.tries <= self._most:
                    return message
                self._store.execute(SET_ASIDE, {"ticket": message.ticket})
        return None

    def acknowledge(self, ticket: str, answer: str) -> None:
        """See ``Queue``."""
        with self._write():
            self._store.execute(ACKNOWLEDGE, {"ticket": ticket, "answer": answer, "now": self._clock()})

    def give_back(self, message: Message, why: str) -> None:
        """See ``Queue``."""
        with self._write():
            told = {"ticket": message.ticket, "tries": message.tries, "why": why, "most": self._most}
            self._store.execute(GIVE_BACK, told)

    def find(self, ticket: str) -> Standing | None:
        """See ``Queue``."""
        with self._explain():
            row = self._store.execute(f"{READ} where ticket = ?", (ticket,)).fetchone()
        return None if row is None else Standing(*row)

    def list_messages(self, state: str) -> list[Standing]:
        """See ``Queue``."""
        with self._explain():
            return [Standing(*row) for row in self._store.execute(f"{READ} where state = ? order by number", (state,))]

    def count(self) -> dict[str, int]:
        """See ``Queue``."""
        with self._explain():
            counted = dict(self._store.execute("select state, count(*) from messages group by state").fetchall())
        return {state: counted.get(state, 0) for state in STATES}

    def close(self) -> None:
        """See ``Queue``."""
        self._store.close()

    @contextmanager
    def _write(self, synchronous: str = "normal") -> Iterator[None]:
        """All that is written in the block, or nothing of it."""
        with self._explain():
            self._store.execute(f"pragma synchronous = {synchronous}")
            self._store.execute("begin immediate")
            try:
                yield
                self._store.execute("commit")
            except BaseException:
                if self._store.in_transaction:
                    self._store.execute("rollback")
                raise

    @contextmanager
    def _explain(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise NoQueue(f"the queue in {self._file} cannot be used: {error}") from error
