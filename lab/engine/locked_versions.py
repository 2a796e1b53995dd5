"""The locked versions on which a piece of code depends: those of what it imports, and of all that these need.

So a new package in a lock changes nothing for code that does not import it.
"""

import re
import sys
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.utils import canonicalize_name

ENTRY = re.compile(
    r"^(?P<name>[\w.-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+).*\n(?P<below>(?:[ ]+.*\n)*)", re.MULTILINE
)
ASKER = re.compile(r"^ +# +(?:via )?([\w.-]+)", re.MULTILINE)


class Locks:
    """The pins of one or more lock files, which note below each entry what asked for it."""

    def __init__(self, *texts: str) -> None:
        self.pins: dict[str, set[str]] = {}
        self.needs: dict[str, set[str]] = {}
        for entry in (found for text in texts for found in ENTRY.finditer(f"{text}\n")):
            name = canonicalize_name(entry["name"])
            self.pins.setdefault(name, set()).add(f"{name}=={entry['version']}")
            for asker in ASKER.findall(entry["below"]):
                self.needs.setdefault(canonicalize_name(asker), set()).add(name)

    def find_versions(self, modules: Iterable[str]) -> list[str]:
        """``name==version`` of what these modules (first names) come from and of all that it needs; sorted."""
        todo, seen = [name for module in modules for name in self._find_distributions(module)], set[str]()
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += self.needs.get(name, set())
        return sorted(pin for name in seen for pin in self.pins[name])

    def _find_distributions(self, module: str) -> set[str]:
        """The locked distributions that a module may come from; one of the module's own name counts uninstalled too."""
        if module in sys.stdlib_module_names:
            return set()
        names = module, *_distributions().get(module, ())
        return {str(canonicalize_name(name)) for name in names} & self.pins.keys()


def find_locks(root: Path) -> list[Path]:
    """The lock files of a repository."""
    return sorted([*root.glob("requirements*.lock"), *root.glob("locks/*.lock")])


def read_locks(files: Iterable[Path]) -> Locks:
    """The pins of these files as they are now."""
    return _parse(*(file.read_text() for file in files))


_parse = lru_cache(maxsize=4)(Locks)
_distributions = cache(packages_distributions)
