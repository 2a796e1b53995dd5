"""The log of answers: what the models really got and said, a line of JSON each.

The bound: a line is handed to the operating system before its answer leaves, so ``kill -9`` loses no answer that a
caller has got. It is on the disk ``SYNCED`` seconds later at the latest: so much a power cut can take. A line that
cannot be written (disk full) costs no answer; it is counted.
"""

import json
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from problem.contract import KEYS, LOG

SYNCED = 1.0
INSTANTS = [name for name in KEYS if name.endswith("_at")]


class AnswerLog:
    """An open file in ``folder``, of this process alone; files of earlier runs stay beside it."""

    def __init__(self, folder: Path, lost: Callable[[], None] = lambda: None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        number = 1 + max((int(file.stem) for file in folder.glob("*.jsonl") if file.stem.isdigit()), default=0)
        self.file, self._lost, self._closed = folder / f"{number:06}.jsonl", lost, threading.Event()
        self._descriptor = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL)
        self._size = 0
        self._syncing = threading.Thread(target=self._sync, daemon=True, name="answers-to-disk")
        self._syncing.start()

    def write(self, answer: Mapping[str, Any]) -> None:
        """Append one answer (``LOG`` and what else it holds); instants as ISO text, nulls as None."""
        line = json.dumps(answer).encode() + b"\n"
        try:
            written = os.write(self._descriptor, line)
        except OSError:
            written = 0
        if written == len(line):
            self._size += written
        else:
            os.ftruncate(self._descriptor, self._size)  # no half line in the middle of the file
            self._lost()

    def close(self) -> None:
        """Everything to the disk, then no more."""
        self._closed.set()
        self._syncing.join()
        os.close(self._descriptor)

    def _sync(self) -> None:
        while not self._closed.wait(SYNCED):
            with suppress(OSError):  # write will meet the same trouble and count what is lost
                os.fsync(self._descriptor)
        with suppress(OSError):
            os.fsync(self._descriptor)


def read_answers(folder: Path) -> pd.DataFrame:
    """All answers logged in ``folder``, oldest first, as the rulers take them (``LOG``, and ``degraded``).

    The last line of a file may be half: the machine lost power while it was written. It is left out.
    """
    rows = [row for file in sorted(folder.glob("*.jsonl")) for row in _rows(file.read_bytes().split(b"\n"))]
    table = pd.DataFrame(rows, columns=[*LOG, "degraded"])
    return table.assign(**{name: pd.to_datetime(table[name], utc=True, format="ISO8601") for name in INSTANTS})


def _rows(lines: list[bytes]) -> list[dict[str, Any]]:
    whole = [json.loads(line) for line in lines[:-1] if line]
    with suppress(ValueError):
        whole += [json.loads(lines[-1])] if lines[-1] else []
    return whole
