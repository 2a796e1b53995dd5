"""Which modules of this repository, and which libraries, running a module loads.

Imports are read from the source: those inside functions count, those under ``TYPE_CHECKING`` do not, and an import by
a computed name is not seen (see ``Step.loads``). A folder without ``__init__.py`` holds no modules for us.
"""

import importlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

import grimp
from grimp.exceptions import SourceSyntaxError

from lab.engine.workspace import StudyError

CONTENT = ("tests", "notebooks", "slides")
"""Packages that nothing imports."""


@dataclass(frozen=True)
class Closure:
    """``modules`` of this repository by full name; ``external``: the first names of all others, libraries or not."""

    modules: frozenset[str]
    external: frozenset[str]


class ImportGraph:
    """Who imports what among the packages at the top of a repository."""

    def __init__(self, root: Path) -> None:
        """Read all sources; raises ``StudyError`` if one is no Python, or if Python would import other packages."""
        self.root, self.packages = root, find_packages(root)
        importlib.invalidate_caches()
        for package in self.packages:
            _check_place(root, package)
        try:
            self._graph = grimp.build_graph(
                *self.packages, include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None
            )
        except SourceSyntaxError as error:
            raise StudyError(f"{error}") from error

    @cached_property
    def modules(self) -> frozenset[str]:
        """All modules of the repository."""
        return frozenset(name for name in self._graph.modules if not self._graph.is_module_squashed(name))

    def find_closure(self, module: str, loads: tuple[str, ...] = ()) -> Closure:
        """All that running the module loads, with the packages in ``loads`` and everything below them.

        Raises ``StudyError`` for a name that is no module of this repository.
        """
        todo = [module, *(name for package in loads for name in self._find_below(package))]
        seen: set[str] = set()
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += self._find_loaded(name)
        if module not in self.modules:
            raise StudyError(f"{module} is no module below {self.root}")
        external = {name.partition(".")[0] for name in seen - self.modules}
        return Closure(frozenset(seen & self.modules), frozenset(external))

    def find_file(self, module: str) -> Path:
        """The source file of a module."""
        path = self.root.joinpath(*module.split("."))
        return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")

    def _find_loaded(self, name: str) -> set[str]:
        """The modules that a module imports, and the package that it lies in."""
        if name not in self.modules:
            return set()
        parent = name.rpartition(".")[0]
        return self._graph.find_modules_directly_imported_by(name) | ({parent} if parent else set())

    def _find_below(self, package: str) -> set[str]:
        below = {name for name in self.modules if f"{name}.".startswith(f"{package}.")}
        if not below:
            raise StudyError(f"{package} is no package below {self.root}")
        return below


def find_packages(root: Path) -> tuple[str, ...]:
    """The packages at the top of a repository, content aside; sorted."""
    names = sorted(file.parent.name for file in root.glob("*/__init__.py"))
    return tuple(name for name in names if name not in CONTENT and not name.startswith("."))


def read_import_graph(root: Path) -> ImportGraph:
    """The graph of a repository, read anew only if a source file has changed since this process last read it."""
    state = tuple(_list_sources(root))
    if root not in _graphs or _graphs[root][0] != state:
        _graphs[root] = state, ImportGraph(root)
    return _graphs[root][1]


_State = tuple[tuple[str, int, int], ...]
_graphs: dict[Path, tuple[_State, ImportGraph]] = {}


def _list_sources(root: Path) -> Iterator[tuple[str, int, int]]:
    """Path, time of the last change in nanoseconds and size in bytes of every source file."""
    for package in find_packages(root):
        for folder, folders, files in os.walk(root / package):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            for file in sorted(name for name in files if name.endswith(".py")):
                path = os.path.join(folder, file)  # noqa: PTH118  # a thousand files: Path would take longer
                stat = os.stat(path)  # noqa: PTH116
                yield path, stat.st_mtime_ns, stat.st_size


def _check_place(root: Path, package: str) -> None:
    spec = find_spec(package)
    if spec is None or Path(spec.origin or "").resolve().parent != (root / package).resolve():
        raise StudyError(f"Python does not find the package {package} in {root}: start it in that folder")
