"""The queue in Redis, for as many machines as like to share it.

What Redis itself loses when it dies is up to its own settings: with ``appendonly yes`` and ``appendfsync always`` it
keeps what it accepted, as the queue in a file does; as it is installed, it may lose the last seconds.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from parts.queue.queues import ANSWERED, ASIDE, DIED, STATES, WAITING, Letter, Message, NoQueue, Standing

MESSAGE, LINE, LEASED, ORDER = "queue:message:", "queue:line", "queue:leased", "queue:order"
"""A hash by ticket; the tickets that wait, the oldest first; those in hand, by the end of their lease; all tickets."""
COUNTS = "queue:counts"
MOVE = f"""
local function move(key, state)
  redis.call('hincrby', '{COUNTS}', redis.call('hget', key, 'state'), -1)
  redis.call('hincrby', '{COUNTS}', state, 1)
  redis.call('hset', key, 'state', state)
end
"""
TAKE = f"""{MOVE}
local now, lease, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
while true do
  local over = redis.call('zrangebyscore', '{LEASED}', '-inf', now, 'limit', 0, 1)[1]
  local ticket = over or redis.call('lpop', '{LINE}')
  if not ticket then return false end
  local key = '{MESSAGE}' .. ticket
  local tries = redis.call('hincrby', key, 'tries', 1)
  if tries <= most then
    redis.call('zadd', '{LEASED}', now + lease, ticket)
    return {{ticket, redis.call('hget', key, 'body'), tries}}
  end
  redis.call('zrem', '{LEASED}', ticket)
  move(key, '{ASIDE}')
  if redis.call('hget', key, 'why') == '' then redis.call('hset', key, 'why', '{DIED}') end
end
"""
ACKNOWLEDGE = f"""{MOVE}
local key = '{MESSAGE}' .. ARGV[1]
redis.call('zrem', '{LEASED}', ARGV[1])
if redis.call('hget', key, 'state') == '{ANSWERED}' then return end
move(key, '{ANSWERED}')
redis.call('hset', key, 'answer', ARGV[2], 'answered_at', ARGV[3])
"""
GIVE_BACK = f"""{MOVE}
local key, ticket, tries, why, most = '{MESSAGE}' .. ARGV[1], ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
if redis.call('hget', key, 'tries') ~= tries or redis.call('zrem', '{LEASED}', ticket) == 0 then return end
redis.call('hset', key, 'why', why)
if tonumber(tries) >= most then move(key, '{ASIDE}')
else redis.call('lpush', '{LINE}', ticket) end
"""


class RedisQueue:
    """See ``Queue``. ``address``: ``redis://host:port``; ``clock``: seconds of Unix time."""

    def __init__(
        self, address: str, lease: float, most_tries: int, patience: float, clock: Callable[[], float] = time.time
    ) -> None:
        self._address, self._lease, self._most, self._clock = address, lease, most_tries, clock
        self._server = redis.Redis.from_url(
            address,
            socket_timeout=patience,
            socket_connect_timeout=patience,
            decode_responses=True,
            retry=Retry(NoBackoff(), 0),  # what was done and not heard of would be done twice
        )
        scripts = map(self._server.register_script, (TAKE, ACKNOWLEDGE, GIVE_BACK))
        self._take, self._acknowledge, self._give_back = scripts

    def put(self, letters: Sequence[Letter]) -> None:
        """See ``Queue``; whether the disk has it is up to Redis."""
        with self._write() as store:
            for each in letters:
                fresh = Standing(each.ticket, WAITING, 0, self._clock(), 0, "", "", each.body)
                store.hset(MESSAGE + each.ticket, mapping=fresh._asdict())
                store.rpush(LINE, each.ticket)
                store.rpush(ORDER, each.ticket)
            store.hincrby(COUNTS, WAITING, len(letters))

    def take(self) -> Message | None:
        """See ``Queue``."""
        with self._explain():
            row: Any = self._take(args=[self._clock(), self._lease, self._most])
        return None if row is None else Message(row[0], row[1], int(row[2]))

    def acknowledge(self, ticket: str, answer: str) -> None:
        """See ``Queue``."""
        with self._explain():
            self._acknowledge(args=[ticket, answer, self._clock()])

    def give_back(self, message: Message, why: str) -> None:
        """See ``Queue``."""
        with self._explain():
            self._give_back(args=[message.ticket, message.tries, why, self._most])

    def find(self, ticket: str) -> Standing | None:
        """See ``Queue``."""
        with self._explain():
            return _read(self._server.hgetall(MESSAGE + ticket))

    def list_messages(self, state: str) -> list[Standing]:
        """See ``Queue``."""
        with self._explain():
            tickets: Any = self._server.lrange(ORDER, 0, -1)
        with self._write() as store:
            for ticket in tickets:
                store.hgetall(MESSAGE + ticket)
            rows = store.execute()
        return [each for row in rows if (each := _read(row)) and each.state == state]

    def count(self) -> dict[str, int]:
        """See ``Queue``."""
        with self._explain():
            counted: Any = self._server.hgetall(COUNTS)
        return {state: int(counted.get(state, 0)) for state in STATES}

    def close(self) -> None:
        """See ``Queue``."""
        self._server.close()

    @contextmanager
    def _write(self) -> Iterator[Any]:
        """All commands of the block at once, or none of them."""
        with self._explain(), self._server.pipeline(transaction=True) as store:
            yield store
            store.execute()

    @contextmanager
    def _explain(self) -> Iterator[None]:
        try:
            yield
        except redis.RedisError as error:
            raise NoQueue(f"the queue at {self._address} cannot be used: {error}") from error


def _read(row: Any) -> Standing | None:
    if not row:
        return None
    numbers = {"tries": int(row["tries"]), **{name: float(row[name]) for name in ("put_at", "answered_at")}}
    return Standing(**row | numbers)
