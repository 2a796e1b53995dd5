"""A line of JSON an answer, handed to the operating system before the answer leaves.

So ``kill -9`` loses no record of an answer that a caller has got. Where the line cannot be written, the disk being
full, the answer goes out all the same, and its record waits in memory until there is room again; somebody is told once,
when it begins, and once when it is over.
"""

import json
import sys
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from parts.service_shell.answer_log import AnswerLog
from problem.recorded import INSTANT, Answered

MOST_WAITING = 10_000
"""Records that wait for a disk with room; further ones are lost, and counted."""


class DirectLog:
    """See ``problem.recorded.Recorder``; for one thread. ``lost``: records for which there was no room anywhere."""

    def __init__(self, folder: Path, with_vectors: bool = True, most_waiting: int = MOST_WAITING) -> None:
        self._log, self._with_vectors, self._most = AnswerLog(folder, self._note_trouble), with_vectors, most_waiting
        self._waiting: deque[dict[str, Any]] = deque()
        self._is_stuck, self.lost = False, 0

    def record(self, answered: Answered) -> None:
        """See the contract; in the order of the answers, whatever had to wait."""
        row = make_row(answered, self._with_vectors)
        if len(self._waiting) < self._most and is_json(row):
            self._waiting.append(row)
        else:
            self.lost += 1
        was_stuck, had_waited = self._is_stuck, len(self._waiting)
        self.write_waiting()
        if self._is_stuck and not was_stuck:
            self._tell(f"cannot be written, is the disk full? Up to {self._most} records wait in memory")
        if was_stuck and not self._is_stuck:
            self._tell(f"is written again: {had_waited} records had waited, {self.lost} are lost")

    def write_waiting(self) -> None:
        """Write what waits, as far as that goes."""
        self._is_stuck = False
        while self._waiting:
            self._log.write(self._waiting[0])
            if self._is_stuck:
                return
            self._waiting.popleft()

    def close(self) -> None:
        """See the contract."""
        self.write_waiting()
        if self._waiting or self.lost:
            self._tell(f"is closed without {len(self._waiting) + self.lost} records")
        self._log.close()

    def _note_trouble(self) -> None:
        self._is_stuck = True

    def _tell(self, what: str) -> None:
        print(f"the record of answers in {self._log.file.parent} {what}", file=sys.stderr, flush=True)


def make_row(answered: Answered, with_vectors: bool) -> dict[str, Any]:
    """All that is known of an answer but, perhaps, its features; in one level, so that a field is a column."""
    row: dict[str, Any] = {
        INSTANT: answered.answered_at,
        "flight_id": answered.flight_id,
        "caller": answered.caller,
        "instance": answered.instance,
        "release": answered.release,
        "model_version": answered.model_version,
        "prediction": answered.prediction,
    }
    row |= {f"ms_{part}" if part else "ms": value for part, value in answered.milliseconds.items()}
    row |= {f"age_{table}": value for table, value in answered.ages.items()}
    return row | without_nan(answered.features) if with_vectors else row


def is_json(row: Mapping[str, Any]) -> bool:
    """Whether JSON can hold it: else it would hold up all that come after it."""
    try:
        json.dumps(row)
    except (TypeError, ValueError):
        return False
    return True


def without_nan(features: Mapping[str, Any]) -> dict[str, Any]:
    """The features with None for NaN, which JSON does not know."""
    return {name: None if value != value else value for name, value in features.items()}
