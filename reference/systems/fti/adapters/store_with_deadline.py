"""FTI's online store as the service reads it: with a deadline, and beside a feature pipeline in another process."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import Any, TypeVar

from parts.service_shell.predictor import StoreSilent
from reference.systems.fti.inference import JOIN_KEYS
from reference.systems.fti.stores import FeatureStore
from reference.systems.fti.versions import Refreshed

PATIENCE = 0.25
"""Seconds that a request waits for stored features."""
OPENING = 5.0
"""Seconds that the first one waits for a store that has to be opened."""
T = TypeVar("T")


class GuardedStore:
    """Answers like ``FeatureStore`` or raises ``StoreSilent``; never makes a store where there is none.

    One read at a time runs in a thread of its own. While one that has missed its deadline still hangs, no other is
    begun: requests are told at once.
    """

    def __init__(self, folder: Path, opened: Callable[[Path], FeatureStore] = FeatureStore) -> None:
        self._folder, self._opened = folder, opened
        self._noted_in = [folder / name for name in ("applied.json", "refreshed.json")]
        self._asked: SimpleQueue[Any] = SimpleQueue()  # a future takes longer to make and to wait for than the read
        self._hanging: SimpleQueue[Any] | None = None
        threading.Thread(target=self._read_on, daemon=True, name="stored-features").start()
        self._store: FeatureStore | None = None
        self._made, self._noted = 0, 0
        self.fetched = 0.0
        """Seconds that the last read took."""

    @property
    def refreshed(self) -> Refreshed:
        """How far the views were refreshed before the last read began: an age may be told too old, never too young."""
        return self._open().refreshed

    @property
    def schedules(self) -> dict[str, str]:
        """As ``FeatureStore`` has it."""
        return self._open().schedules

    @property
    def view_of(self) -> dict[str, str]:
        """As ``FeatureStore`` has it."""
        return self._open().view_of

    def newest(self) -> datetime:
        """The instant of the last refresh of any view, by the pipeline's last word; raises ``StoreSilent``."""
        refreshed = self._current().refreshed
        if not refreshed:
            raise StoreSilent("nothing is stored yet: run the feature pipeline first")
        return max(refreshed.values()).to_pydatetime()

    def read_online(self, keys: list[dict[str, str]]) -> dict[str, list[Any]]:
        """The latest stored values, as ``FeatureStore`` gives them; raises ``StoreSilent``."""
        began = perf_counter()
        try:
            store = self._current()
            return self._in_time(lambda: store.read_online(keys))
        finally:
            self.fetched = perf_counter() - began

    def warm_up(self) -> None:
        """One read without a caller: the first takes Feast longer than a caller waits."""
        with suppress(StoreSilent):
            store = self._current()
            self._in_time(lambda: store.read_online([dict.fromkeys(JOIN_KEYS, "")]), OPENING)

    def close(self) -> None:
        """Begin no more reads."""
        self._asked.put(None)

    def _open(self) -> FeatureStore:
        return self._store or self._current()

    def _current(self) -> FeatureStore:
        """The store as it is on disk now: opened anew if it was made anew, caught up if it was refreshed."""
        try:
            made, noted = self._inodes()
            if self._store is None or made != self._made:
                self._store = self._in_time(lambda: self._opened(self._folder), OPENING)
                made, noted = self._inodes()  # a store that was moved writes anew what it applied
            elif noted != self._noted:
                self._store.catch_up()
        except OSError:
            self._store = None
            raise StoreSilent("there is no feature store: run the feature pipeline first") from None
        self._made, self._noted = made, noted
        return self._store

    def _inodes(self) -> tuple[int, int]:
        """Both files are replaced whole: another file is another state."""
        made, noted = (file.stat().st_ino for file in self._noted_in)
        return made, noted

    def _in_time(self, read: Callable[[], T], patience: float = PATIENCE) -> T:
        if self._hanging and self._hanging.empty():
            raise StoreSilent("the feature store does not answer")
        told: SimpleQueue[Any] = SimpleQueue()
        self._asked.put((read, told))
        try:
            answer, error = told.get(timeout=patience)
        except Empty:
            self._hanging = told
            raise StoreSilent(f"the feature store has not answered within {patience * 1000:.0f} ms") from None
        if error:
            raise StoreSilent(f"the feature store cannot be read: {error}") from error
        return answer

    def _read_on(self) -> None:
        for read, told in iter(self._asked.get, None):
            try:
                told.put((read(), None))
            except BaseException as error:  # whatever it is, the next question is answered
                told.put((None, error))
