"""One measurement in a process of its own, which is ended when it takes too much memory or time."""

import time
import warnings
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pandas as pd

from lab.bench.flight_tables import ViewShape
from lab.bench.joins import JOINS, fingerprint

WARM_UP_ROWS = 100  # loads lazy modules before the clock starts, for every contestant alike
WATCH_SECONDS = 0.05


@dataclass(frozen=True)
class Measurement:
    """One join of `rows` entity rows: wall-clock seconds, peak MB (whole process), digest of values."""

    join: str
    rows: int
    seconds: float | None = None
    peak_mb: float | None = None
    values: str | None = None
    failure: str | None = None


@dataclass(frozen=True)
class Bounds:
    """What one measurement may take: wall-clock seconds from start to end and MB of resident memory."""

    seconds: float
    memory_mb: float


def measure(join: str, tables: Path, views: tuple[ViewShape, ...], rows: int, bounds: Bounds) -> Measurement:
    """Run `join` on the first `rows` entity rows; to go over `bounds` or to raise is a failure."""
    # A fork server imports Feast once (8 s) and starts each child from there, without an earlier one's state.
    context = get_context("forkserver")
    context.set_forkserver_preload(["lab.bench.bounded_child"])
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_run, args=(sender, join, tables, views, rows))
    child.start()
    sender.close()
    failure = _watch(child, receiver, bounds)
    result = {"failure": failure} if failure else _receive(receiver)
    child.join()
    return Measurement(join, rows, **result)


def _watch(child: Any, receiver: Connection, bounds: Bounds) -> str | None:
    """Wait for the child's answer; None, or why the child was ended."""
    deadline = time.monotonic() + bounds.seconds
    while not receiver.poll(WATCH_SECONDS):
        reason = None
        if time.monotonic() > deadline:
            reason = f"over {bounds.seconds:.0f} s"
        elif _status_mb(child.pid, "VmRSS") > bounds.memory_mb:
            reason = f"over {bounds.memory_mb:,.0f} MB"
        if reason:
            child.kill()
            return reason
    return None


def _receive(receiver: Connection) -> dict[str, Any]:
    try:
        return receiver.recv()
    except EOFError:
        return {"failure": "the process died"}


def _status_mb(process: int | str, field: str) -> float:
    """A memory field of /proc/PROCESS/status in MB; 0 when the process has just ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{field}:")), 0.0)


def _run(sender: Connection, join: str, tables: Path, views: tuple[ViewShape, ...], rows: int) -> None:
    warnings.simplefilter("ignore", DeprecationWarning)  # ibis calls an old name of DuckDB's on every read
    try:
        sender.send(_time_join(join, tables, views, rows))
    except Exception as error:
        sender.send({"failure": f"{type(error).__name__}: {str(error).splitlines()[0]}"})


def _time_join(join: str, tables: Path, views: tuple[ViewShape, ...], rows: int) -> dict[str, Any]:
    entities = pd.read_parquet(tables / "entities.parquet").head(rows)
    JOINS[join](tables, entities.head(WARM_UP_ROWS), views)
    start = time.perf_counter()
    table = JOINS[join](tables, entities, views)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "peak_mb": _status_mb("self", "VmHWM"), "values": fingerprint(table)}
