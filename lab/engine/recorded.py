"""Numbers that are committed because making them takes too long for every run, each with what made it.

A record is a JSON file: ``{"entries": {name: {"value": ..., "digest": ..., "made": {...}}}}``. The digest says what the
value rests on (see ``step_keys.digest_of_steps``), so a test can name every entry that no longer fits the code.
"""

import datetime
import json
import os
import platform
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import psutil

from lab.engine.step_cache import digest
from lab.engine.workspace import StudyError

BUSY = 0.3
"""How many cores may be busy on average before something else uses the machine."""
LOOK, LOOKS = 15, 12
"""Seconds that a look at the cores takes, and how many looks there are until a run is refused."""
MODEL = re.compile(r"^model name\s*:\s*(.+)$", re.MULTILINE)


class Recorded:
    """A record file. Only ``write`` writes digests, and only a run that made the values should call it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def values(self) -> dict[str, Any]:
        """All values by name; raises ``StudyError`` if there is no readable record."""
        return {name: entry["value"] for name, entry in self._read().items()}

    def value(self, name: str) -> Any:
        """One entry's value; raises ``LookupError`` if there is no such entry."""
        return self._find(name)["value"]

    def made(self, name: str) -> dict[str, Any]:
        """On which ``machine`` and ``python``, at which ``date`` and under which ``load`` an entry was made."""
        return dict(self._find(name)["made"])

    def write(
        self, values: Mapping[str, Any], digests: Mapping[str, str], timed: bool = False, load: float | None = None
    ) -> None:
        """Replace these entries and keep all others; marks of these entries (see ``moved``) are gone.

        ``timed``: the values are times, and count only if nothing else used the machine. ``load`` is then what
        ``wait_until_idle`` returned before the run, which itself raises the load. Raises ``StudyError`` if it is high.
        """
        load = os.getloadavg()[0] if load is None else load
        made = describe_machine() | {"load": round(refuse_if_busy(load) if timed else load, 2)}
        new = {name: {"value": value, "digest": digests[name], "made": made} for name, value in values.items()}
        self._write((self._read() if self.path.exists() else {}) | new)

    def drop_all_but(self, names: Iterable[str]) -> None:
        """Take out the entries that nothing makes any more."""
        kept = set(names)
        self._write({name: entry for name, entry in self._read().items() if name in kept})

    def stale(self, digests: Mapping[str, str]) -> list[str]:
        """Names of entries that were made by something else than these digests say, or not yet, or are of no use now.

        Entries marked as moved are left out: see ``moved``.
        """
        kept, marked = {name: entry["digest"] for name, entry in self._read().items()}, self.moved()
        names = [*digests, *(name for name in kept if name not in digests)]
        return [name for name in names if name not in marked and kept.get(name) != digests.get(name)]

    def moved(self) -> dict[str, str]:
        """By entry that was made before its code moved, the commit that made it."""
        return {name: entry["moved"] for name, entry in self._read().items() if "moved" in entry}

    def mark_moved(self, names: Iterable[str], commit: str) -> None:
        """Say of these entries that their code has moved since this commit; an older mark stays. No digest changes."""
        entries = self._read()
        for name in names:
            entries[name].setdefault("moved", commit)
        self._write(entries)

    def _find(self, name: str) -> dict[str, Any]:
        entries = self._read()
        if name not in entries:
            raise LookupError(f"{self.path.name} has no entry {name}")
        return entries[name]

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            return dict(json.loads(self.path.read_text())["entries"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StudyError(f"{self.path} is no readable record ({type(error).__name__}): make it again") from error

    def _write(self, entries: Mapping[str, Any]) -> None:
        """One line for each entry, so that a diff shows which have changed."""
        lines = [f"{_to_json(name)}: {_to_json(entry)}" for name, entry in sorted(entries.items())]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.path.with_name(f"{self.path.name}.part")
        unfinished.write_text('{"entries": {\n' + ",\n".join(lines) + "\n}}\n")
        unfinished.rename(self.path)


def measure_load() -> float:
    """How many cores are busy, on average over ``LOOK`` seconds from now on; what ran before is no part of it."""
    return psutil.cpu_percent(interval=LOOK) / 100 * (os.cpu_count() or 1)


def refuse_if_busy(load: float) -> float:
    """The load, as ``measure_load`` gave it; raises ``StudyError`` if something else uses the machine."""
    if load > BUSY:
        raise StudyError(f"something else uses this machine (its load is {load:.1f}): times count only below {BUSY}")
    return load


def wait_until_idle() -> float:
    """``refuse_if_busy``, once whatever runs has had three minutes to end."""
    print("times are measured: waiting until nothing else uses this machine", flush=True)
    for _ in range(LOOKS - 1):
        if (load := measure_load()) <= BUSY:
            return load
    return refuse_if_busy(measure_load())


def describe_machine() -> dict[str, Any]:
    """The machine, the version of Python, and today's date."""
    cpuinfo = Path("/proc/cpuinfo")
    model = MODEL.search(cpuinfo.read_text()) if cpuinfo.exists() else None
    processor = model[1] if model else platform.processor() or "unknown processor"
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} x {processor}"
    return {"machine": machine, "python": platform.python_version(), "date": datetime.date.today().isoformat()}


def sample_entries(names: Iterable[str], seed_text: str, count: int) -> list[str]:
    """So many of the names, drawn by a text such as a commit's hash: the same text always draws the same names."""
    drawn = sorted(set(names), key=lambda name: digest(f"{seed_text}\n{name}".encode()))
    return sorted(drawn[:count])


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
