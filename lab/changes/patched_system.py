"""A system as it is after one change request, in a copy: what the rulers of debt and of evolution stand on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lab.changes.case import Case
from lab.changes.change_requests import BY_ID, REQUESTS, ChangeRequest
from lab.changes.patch_blocks import Tree, read_tree
from lab.sandbox.patched_copy import apply_patch, patched_copy
from lab.systems import find_system

BEFORE = "before"
"""The state that no request has touched."""


@dataclass(frozen=True)
class Patched:
    """The copy, as a ``Case``; the system's files before and after the request's patch (ours, as accepted)."""

    case: Case
    before: Tree
    after: Tree


def list_states(system: str) -> list[str]:
    """``BEFORE``, and the requests that a system can meet."""
    return [BEFORE, *(request.id for request in REQUESTS if not request.cannot(system).exists())]


def list_patched(system: str) -> list[str]:
    """The requests for which the system has a patch; the others it meets already, or cannot."""
    return [request.id for request in REQUESTS if request.patch(system).exists()]


@contextmanager
def patch_system(state: str, system: str, steps: Path) -> Iterator[Patched]:
    """A system after a request, or ``BEFORE`` any."""
    request = BY_ID.get(state)
    with patched_copy(_list_neutral(request)) as copy:
        before = read_tree(copy, find_system(system).folder)
        if request and request.patch(system).exists():
            apply_patch(request.patch(system), copy)
        case = Case(system, find_system(system).folder, copy, steps)
        yield Patched(case, before, read_tree(copy, find_system(system).folder))


def _list_neutral(request: ChangeRequest | None) -> list[Path]:
    change = request.folder / "problem.patch" if request else None
    return [change] if change and change.exists() else []
