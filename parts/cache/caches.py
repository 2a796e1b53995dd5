"""A cache in memory, on disk, or in Redis, behind one door; which one is a line of configuration.

A cache is there to save time. So one that cannot be reached, or is too slow, counts a failure and has nothing: the
answer is computed then, as if there were no cache.
"""

import json
import time
from collections.abc import Callable
from typing import Any, Protocol

import redis
from cachetools import TLRUCache
from diskcache import Cache as DiskStore
from diskcache import Timeout as Locked

MOST = 100_000
"""Entries that a cache in memory holds; the one that was not read for the longest time goes first."""
BYTES = 100 * 2**20
"""What a cache on disk may take."""
PATIENCE = 0.1
"""Seconds that a cache may take before the answer is computed instead."""


class Cache(Protocol):
    """The door. Values are whatever JSON can hold; ``failures`` counts calls that found no cache to talk to."""

    failures: int

    def get(self, key: str) -> Any:
        """What was put under this key, None if that was nothing, or is gone."""

    def put(self, key: str, value: Any, seconds: float) -> None:
        """Keep a value for so many seconds at most."""

    def clear(self) -> None:
        """Forget everything."""

    def close(self) -> None:
        """Let go of files and connections."""


class Memory:
    """In the memory of one process, for one thread. Values are kept as they are: whoever changes one changes it here.

    ``clock``: seconds, as ``time.monotonic`` has them.
    """

    failures = 0

    def __init__(self, most: int = MOST, clock: Callable[[], float] = time.monotonic) -> None:
        self._kept: TLRUCache[str, tuple[Any, float]] = TLRUCache(most, _find_end, timer=clock)

    def get(self, key: str) -> Any:
        """See ``Cache``."""
        found = self._kept.get(key)
        return None if found is None else found[0]

    def put(self, key: str, value: Any, seconds: float) -> None:
        """See ``Cache``."""
        self._kept[key] = value, seconds

    def clear(self) -> None:
        """See ``Cache``."""
        self._kept.clear()

    def close(self) -> None:
        """There is nothing to let go of."""


def _find_end(key: str, kept: tuple[Any, float], now: float) -> float:
    return now + kept[1]


class Disk:
    """In a folder that several processes of one machine may share; it is there after a restart."""

    def __init__(self, folder: str) -> None:
        self._store = DiskStore(folder, timeout=PATIENCE, size_limit=BYTES)
        self.failures = 0

    def get(self, key: str) -> Any:
        """See ``Cache``."""
        try:
            found = self._store.get(key)
        except Locked:
            self.failures += 1
            return None
        return None if found is None else json.loads(found)

    def put(self, key: str, value: Any, seconds: float) -> None:
        """See ``Cache``."""
        try:
            self._store.set(key, json.dumps(value), expire=seconds)
        except Locked:
            self.failures += 1

    def clear(self) -> None:
        """See ``Cache``."""
        self._store.clear(retry=True)

    def close(self) -> None:
        """See ``Cache``."""
        self._store.close()


class Redis:
    """On a Redis server, for as many machines as like to share it. ``address``: ``redis://host:port``."""

    def __init__(self, address: str) -> None:
        self._server = redis.Redis.from_url(address, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        self.failures = 0

    def get(self, key: str) -> Any:
        """See ``Cache``."""
        try:
            found: Any = self._server.get(key)
        except (redis.ConnectionError, redis.TimeoutError):
            self.failures += 1
            return None
        return None if found is None else json.loads(found)

    def put(self, key: str, value: Any, seconds: float) -> None:
        """See ``Cache``."""
        try:
            self._server.set(key, json.dumps(value), px=max(1, round(seconds * 1000)))
        except (redis.ConnectionError, redis.TimeoutError):
            self.failures += 1

    def clear(self) -> None:
        """See ``Cache``; the whole database, with what others keep there."""
        self._server.flushdb()

    def close(self) -> None:
        """See ``Cache``."""
        self._server.close()


def open_cache(where: str) -> Cache:
    """The cache that a line of configuration names: ``memory``, ``disk:FOLDER`` or ``redis://HOST:PORT``."""
    kind, _, rest = where.partition(":")
    if where == "memory":
        return Memory()
    if kind == "disk" and rest:
        return Disk(rest)
    if kind == "redis" and rest:
        return Redis(where)
    raise ValueError(f"no cache is called {where!r}: memory, disk:FOLDER or redis://HOST:PORT")
