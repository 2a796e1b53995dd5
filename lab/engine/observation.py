"""Which modules a step has loaded, in its own process and in the children that it forked."""

import sys
from collections.abc import Iterable

_loaded_by_children: set[str] = set()


def note_loaded(modules: Iterable[str]) -> None:
    """Count these modules, which a child of this process has loaded, as loaded here."""
    _loaded_by_children.update(modules)


def list_loaded() -> set[str]:
    """All modules that this process and, as far as it was told, its children have loaded until now."""
    return set(sys.modules) | _loaded_by_children
