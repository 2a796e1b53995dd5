"""Answers are put on a queue in memory, and a thread writes them: whoever answers does not wait for it.

What is on the queue when the process is killed is lost.
"""

import threading
from collections import deque
from pathlib import Path

from problem.recorded import Answered
from reference.operation.prediction_log.direct_log import MOST_WAITING, DirectLog


class QueuedLog:
    """See ``problem.recorded.Recorder``. ``every``: seconds between two writes, 0 to write what comes as it comes;
    ``lost``: as of ``DirectLog``."""

    def __init__(self, folder: Path, every: float = 0.0, most_waiting: int = MOST_WAITING) -> None:
        self._log, self._every, self._most = DirectLog(folder, most_waiting=most_waiting), every, most_waiting
        self._queue: deque[Answered] = deque()
        self._refused, self._wanted, self._closed = 0, threading.Event(), threading.Event()
        self._writing = threading.Thread(target=self._write_until_closed, daemon=True, name="records-to-disk")
        self._writing.start()

    @property
    def lost(self) -> int:
        """Records for which there was no room."""
        return self._refused + self._log.lost

    def record(self, answered: Answered) -> None:
        """See the contract."""
        if len(self._queue) < self._most:
            self._queue.append(answered)
            if not self._every:
                self._wanted.set()
        else:
            self._refused += 1

    def close(self) -> None:
        """See the contract; what is on the queue is written."""
        self._closed.set()
        self._wanted.set()
        self._writing.join()
        self._log.close()

    def _write_until_closed(self) -> None:
        while not self._closed.is_set():
            self._wanted.wait(self._every or None)
            self._wanted.clear()
            self._write_all()
        self._write_all()

    def _write_all(self) -> None:
        while self._queue:
            self._log.record(self._queue.popleft())
