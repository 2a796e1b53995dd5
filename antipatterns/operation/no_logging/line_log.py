"""The log that a service has anyway: a line an answer, for whoever watches it scroll by.

It came with the first version, and on the day of the release three people watched it. Then nobody did, the disk filled
up with it, and the level went from INFO to WARNING, which is what the framework's handbook advises for production. What
an answer was, the caller knows; how many there are, and how long they take, the metrics say.
"""

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from problem.recorded import INSTANT, Answered

FILE = "service.log"
ANSWER = re.compile(
    r"(?P<answered_at>\S+) INFO flight (?P<flight_id>\d+) (?P<carrier>\S+) (?P<origin>\S+)-(?P<dest>\S+) "
    r"late (?P<prediction>[\d.]+) \((?P<ms>[\d.]+) ms\)"
)
MODEL = re.compile(r"(?P<answered_at>\S+) INFO model (?P<model_version>\S+)")
NUMBERS = ("flight_id", "prediction", "ms")


class LineLog:
    """See ``problem.recorded.Recorder``. ``level``: as Python's logging has it."""

    def __init__(self, folder: Path, level: int = logging.WARNING) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._log, self._version = logging.Logger("service", level), ""
        self._handler = logging.FileHandler(folder / FILE)
        self._log.addHandler(self._handler)

    def record(self, answered: Answered) -> None:
        """A line for the answer, and one before it when another model has begun to answer."""
        if not self._log.isEnabledFor(logging.INFO):
            return
        at = datetime.fromtimestamp(answered.answered_at, UTC).isoformat(timespec="milliseconds")
        if answered.model_version != self._version:
            self._version = answered.model_version
            self._log.info("%s INFO model %s", at, self._version)
        of = answered.features
        flight = f"{answered.flight_id} {of['carrier']} {of['origin']}-{of['dest']}"
        took = answered.milliseconds[""]
        self._log.info("%s INFO flight %s late %.2f (%.1f ms)", at, flight, answered.prediction, took)

    def close(self) -> None:
        """See the contract."""
        self._handler.close()


def read_lines(folder: Path) -> list[dict[str, Any]]:
    """What a patient colleague with a regular expression gets out of the file."""
    return list(_read(folder / FILE)) if (folder / FILE).exists() else []


def _read(file: Path) -> Iterator[dict[str, Any]]:
    version = None
    for line in file.read_text().splitlines():
        if found := MODEL.fullmatch(line):
            version = found["model_version"]
        elif found := ANSWER.fullmatch(line):
            told = found.groupdict() | {name: float(found[name]) for name in NUMBERS}
            yield told | {INSTANT: datetime.fromisoformat(found[INSTANT]).timestamp(), "model_version": version}
