"""Records read back: all files of a folder, each a run of a service."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any


def read_rows(folder: Path) -> list[dict[str, Any]]:
    """The rows of all runs, oldest first. The last line of a run may be half, if the machine lost power: it is left
    out.

    Raises ``ValueError`` for a line that is broken otherwise.
    """
    return [row for file in sorted(folder.glob("*.jsonl")) for row in _read(file)]


def _read(file: Path) -> Iterator[dict[str, Any]]:
    *lines, last = file.read_bytes().split(b"\n")
    for line in lines:
        yield json.loads(line)
    with suppress(ValueError):
        if last:
            yield json.loads(last)
