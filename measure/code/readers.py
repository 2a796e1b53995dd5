"""Debt, who reads what: the places that read raw data, and the jobs that read what others have stored.

Two rulers after Sculley et al. 2015. *Raw-read sites*: every function that reads a raw table, or a field of a raw
event, knows the source's shape and must follow when it changes. *Undeclared consumers*: readers of stored data that
nothing declares, so nobody can tell who breaks when it changes. *Own operationalisation* of both, by watching: audit
hooks see neither Parquet nor DuckDB files, so a job counts as a reader of an artefact if it fails, or gives something
else, once the artefact is deleted.

A system loses the first by naming raw tables in many places, the second by leaving files for whoever knows their path.
"""

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from measure.code.value_paths import qualify_name

Site = tuple[str, str, str]
"""File (its path in the watched folder), function, and what it reads there."""
Pair = tuple[str, str]
"""An artefact and a job."""
FAILS, OTHER, SAME = "fails", "other", "same"


@dataclass
class Sites:
    """The places in the code that have read what is watched, so far."""

    code: Path
    seen: set[Site] = field(default_factory=set)

    def watch(self, kind: type, what: Mapping[str, str]) -> None:
        """From now on, note who reads one of these attributes of ``kind``, under the words given for it."""
        original: Any = kind.__getattribute__

        def read(instance: object, name: str) -> Any:
            if name in what:
                self._note(what[name])
            return original(instance, name)

        kind.__getattribute__ = read  # type: ignore[method-assign,assignment]

    def _note(self, what: str) -> None:
        frame = sys._getframe(2)  # the one that reads; what it was called by does not read
        if frame.f_code.co_filename.startswith(f"{self.code}/"):
            self.seen.add(
                (str(Path(frame.f_code.co_filename).relative_to(self.code)), qualify_name(frame.f_code), what)
            )


def list_artefacts(home: Path, depth: int = 3) -> list[str]:
    """What is kept below a folder, by path; what lies deeper is one with the folder it lies in.

    The side files of a SQLite database are one with it.
    """
    files = [file.relative_to(home) for file in home.rglob("*") if file.is_file()]
    kept = {Path(*file.parts[:depth]) for file in files}
    return sorted({str(path).removesuffix("-wal").removesuffix("-shm").removesuffix("-journal") for path in kept})


def delete_artefact(home: Path, artefact: str) -> None:
    """Delete an artefact as ``list_artefacts`` names it; raises ``FileNotFoundError`` if it is not there."""
    found = [path for path in (home / artefact).parent.glob(f"{(home / artefact).name}*") if _is(path, artefact)]
    if not found:
        raise FileNotFoundError(artefact)
    for path in found:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _is(path: Path, artefact: str) -> bool:
    return path.name.removesuffix("-wal").removesuffix("-shm").removesuffix("-journal") == Path(artefact).name


@dataclass(frozen=True)
class Consumers:
    """``observed``: what a job did once an artefact was deleted (``FAILS``, ``OTHER``); ``declared``: by whom said."""

    observed: Mapping[Pair, str]
    declared: Mapping[Pair, str]

    @property
    def undeclared(self) -> list[Pair]:
        """Pairs of an artefact and a job that reads it, which nothing declares."""
        return sorted(set(self.observed) - set(self.declared))

    @property
    def unread(self) -> list[Pair]:
        """Pairs declared, yet the job does as well without."""
        return sorted(set(self.declared) - set(self.observed))


def find_consumers(outcomes: Mapping[Pair, str], declared: Mapping[Pair, str]) -> Consumers:
    """From what every job did without every artefact: ``FAILS``, ``OTHER``, or ``SAME``."""
    return Consumers({pair: outcome for pair, outcome in outcomes.items() if outcome != SAME}, declared)
