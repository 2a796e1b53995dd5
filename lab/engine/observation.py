"""Which modules a step has loaded and which files it has read, in its own process and in the children that it forked.

Python's own imports and reads are seen; files that a library opens in C, and programs that a step starts, are not.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Observation:
    """``modules`` by full name; ``files`` below the watched folder, relative to it."""

    modules: frozenset[str]
    files: frozenset[str]

    def __sub__(self, earlier: "Observation") -> "Observation":
        """What has come since an earlier observation."""
        return Observation(self.modules - earlier.modules, self.files - earlier.files)


_modules_of_children: set[str] = set()
_copies_under_way: list[str] = []
_files: set[str] = set()


def observe() -> Observation:
    """All that this process and, as far as it was told, its children have loaded and read until now."""
    return Observation(frozenset(sys.modules) | _modules_of_children, frozenset(_files))


def add_from_child(seen: Observation) -> None:
    """Count what a child of this process has loaded and read as loaded and read here."""
    _modules_of_children.update(seen.modules)
    _files.update(seen.files)


def watch_reads(folder: Path) -> None:
    """Note from now on which files below this folder Python opens to read them."""
    start = f"{folder.resolve()}{os.sep}"

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if (
            event == "open"
            and not _copies_under_way
            and isinstance(arguments[0], str)
            and not arguments[2] & (os.O_WRONLY | os.O_RDWR)
        ):
            path = arguments[0] if arguments[0].startswith(os.sep) else os.path.abspath(arguments[0])  # noqa: PTH100
            if path.startswith(start):
                _files.add(path.removeprefix(start))

    sys.addaudithook(note)


@contextmanager
def copying() -> Iterator[None]:
    """Within the block files are read to be copied, which counts as nothing: what is loaded from the copy does."""
    _copies_under_way.append("")
    try:
        yield
    finally:
        _copies_under_way.pop()
