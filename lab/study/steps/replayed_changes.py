"""The changes that a replay test is put to: causes of skew, change requests, and halves of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lab.changes.change_requests import BY_ID, ChangeRequest
from lab.changes.patched_system import list_patched
from lab.sandbox.patched_copy import apply_patch, list_cures
from lab.systems import StudiedSystem

FILE = re.compile(r"^(?=diff --git )|^(?=--- a/)", re.MULTILINE)
"""Where a patch goes on with another file, by the first line that it has for each."""


@dataclass(frozen=True)
class Change:
    """A ``kind`` of change and its ``name``: the ``patches`` that make it, and the ``cures`` that follow them."""

    kind: str
    name: str
    patches: tuple[Path, ...]
    cures: tuple[Path, ...]

    def cure(self, copy: Path) -> list[str]:
        """Apply the cures to a copy that has the patches; returns the causes whose cure does not fit any more."""
        return [name_cause(cure) for cure in self.cures if not _fits(cure, copy)]


def list_changes(system: StudiedSystem, folder: Path) -> list[Change]:
    """The system as it is and cured, all but one of its causes cured, and every request on the cured system.

    Of a request that changes several programs, the halves too: they are written into ``folder``.
    """
    cures = tuple(list_cures(system.name))
    left = [Change("cause", name_cause(cure), (), tuple(c for c in cures if c != cure)) for cure in cures]
    requests = [BY_ID[request] for request in list_patched(system.name)]
    whole = [Change("request", request.id, list_patches(request, system.name), cures) for request in requests]
    halves = [half for request in requests for half in _list_halves(request, system, cures, folder)]
    return [Change("system", "as it is", (), ()), Change("system", "cured", (), cures), *left, *whole, *halves]


def name_cause(cure: Path) -> str:
    """The cause that a cure removes."""
    return cure.stem.split("-", 1)[1]


def list_patches(request: ChangeRequest, system: str) -> tuple[Path, ...]:
    """What a request changes in what all systems share, if anything, and the system's own patch."""
    return tuple(file for file in (request.folder / "problem.patch", request.patch(system)) if file.exists())


def _list_halves(
    request: ChangeRequest, system: StudiedSystem, cures: tuple[Path, ...], folder: Path
) -> Iterator[Change]:
    *shared, whole = list_patches(request, system.name)
    own = {name: [f"/{entry.replace('.', '/')}.py" for entry in of.entries] for name, of in system.programs.items()}
    text = whole.read_text()
    touched = [name for name, files in own.items() if any(file in text for file in files)]
    for name in touched if len(touched) > 1 else []:
        others = [file for other in touched if other != name for file in own[other]]
        half = folder / f"{request.id}, {name}.patch"
        half.write_text(drop_files(text, others))
        yield Change("half", half.stem, (*shared, half), cures)


def drop_files(patch: str, files: list[str]) -> str:
    """The patch without its changes of these files (ends of paths)."""
    starts = FILE if not patch.startswith("diff --git") else re.compile(r"^(?=diff --git )", re.MULTILINE)
    return "".join(part for part in starts.split(patch) if not any(f"{file}\n" in part for file in files))


def _fits(cure: Path, copy: Path) -> bool:
    try:
        apply_patch(cure, copy)
    except ValueError:
        return False
    return True
