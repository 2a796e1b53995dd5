"""Faults that hit a job while it writes: a full disk, and a kill in the middle of a file."""

import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import Any

import pandas as pd

from lab.faults.injectors import check_injected
from lab.faults.scene import Scene

FULL_AT = 4096
"""Bytes past which no file can grow: how a full disk is played without filling one."""
KILLED_AT = 2048
"""Bytes of the file that are written when the job is killed."""
MODEL_FILES = (".part", ".joblib", ".skops")


@contextmanager
def disk_full(scene: Scene) -> Iterator[Scene]:
    """No file can grow any more; a write past the limit fails with an ``OSError``."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (FULL_AT, before[1]))
    try:
        check_injected(not _can_write(2 * FULL_AT), "files still grow")
        yield scene
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _can_write(size: int) -> bool:
    with TemporaryFile(buffering=0) as file:
        try:
            return file.write(b"\0" * size) == size
        except OSError:
            return False


def kill_while_writing() -> None:
    """From now on, in this process: the kernel kills it inside the first model or Parquet file that it writes."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    sys.addaudithook(_on_open)
    write = pd.DataFrame.to_parquet

    def to_parquet(*given: Any, **named: Any) -> Any:
        _limit()
        return write(*given, **named)

    pd.DataFrame.to_parquet = to_parquet


def _on_open(event: str, given: tuple[Any, ...]) -> None:
    if event == "open" and str(given[0]).endswith(MODEL_FILES) and "w" in str(given[1]):
        _limit()


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (KILLED_AT, resource.RLIM_INFINITY))
