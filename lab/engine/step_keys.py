"""What the result of each step depends on, as one digest: computed from the code, never from a list of files.

A digest covers the code of every module that the step loads, its data, its arguments, the locked versions of the
libraries that this code imports, and the digests of the steps before it.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from lab.engine.code_digest import CodeDigests
from lab.engine.import_closure import Closure, read_import_graph
from lab.engine.locked_versions import find_locks, read_locks
from lab.engine.step import Step
from lab.engine.step_cache import digest
from lab.engine.workspace import REPOSITORY


def key_of_steps(steps: Sequence[Step], root: Path = REPOSITORY, cache_file: Path | None = None) -> dict[str, str]:
    """By step, the key of its results on this machine: its digest and the version of Python that runs it."""
    digests = digest_of_steps(steps, root, cache_file)
    return {name: digest(f"{of_step}\n{sys.version}".encode()) for name, of_step in digests.items()}


def digest_of_steps(steps: Sequence[Step], root: Path = REPOSITORY, cache_file: Path | None = None) -> dict[str, str]:
    """By step, the digest of all that its result depends on; the same on every machine.

    ``cache_file`` keeps digests of code between processes. Raises ``StudyError`` if a step names a module
    that does not exist, and ``ValueError`` if it names such a step, or if steps wait for each other in a circle.
    """
    sources, digests = _Sources(root, _open_code_digests(cache_file)), dict[str, str]()
    for step in sort_steps(steps):
        before = [f"after {digests[name]}" for name in sorted(step.after)]
        digests[step.name] = digest("\n".join([*sources.describe(step), *before]).encode())
    sources.code.save()
    return {step.name: digests[step.name] for step in steps}


def find_step_closure(step: Step, root: Path = REPOSITORY) -> Closure:
    """The modules and libraries that the step's digest covers."""
    return read_import_graph(root).find_closure(step.module, step.loads)


def sort_steps(steps: Sequence[Step]) -> list[Step]:
    """The steps, each behind those that it comes after; raises ``ValueError`` if that cannot be."""
    by_name = {step.name: step for step in steps}
    if len(by_name) < len(steps):
        raise ValueError("two steps have one name")
    for step in steps:
        if unknown := set(step.after) - by_name.keys():
            raise ValueError(f"{step.name} comes after {', '.join(sorted(unknown))}, which is no step")
    return [by_name[name] for name in TopologicalSorter({s.name: s.after for s in steps}).static_order()]


class _Sources:
    """A repository's code, locks and data as they are while the digests are computed."""

    def __init__(self, root: Path, code: CodeDigests) -> None:
        self.root, self.code = root, code
        self._graph, self._locks = read_import_graph(root), read_locks(find_locks(root))
        self._closures: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        self._data: dict[str, list[str]] = {}

    def describe(self, step: Step) -> Iterator[str]:
        """Lines with everything that counts for a step but the steps before it."""
        yield f"call {step.call} {json.dumps(dict(step.arguments), sort_keys=True)}"
        closure = step.module, step.loads
        if closure not in self._closures:
            self._closures[closure] = list(self._describe_code(*closure))
        yield from self._closures[closure]
        for name in sorted(step.data):
            if name not in self._data:
                self._data[name] = list(self._describe_data(name))
            yield from self._data[name]

    def _describe_code(self, module: str, loads: tuple[str, ...]) -> Iterator[str]:
        closure = self._graph.find_closure(module, loads)
        for name in sorted(closure.modules):
            yield f"module {name} {self.code.of(self._graph.find_file(name))}"
        for version in self._locks.find_versions(closure.external):
            yield f"version {version}"

    def _describe_data(self, name: str) -> Iterator[str]:
        for file in list_data_files(self.root / name):
            yield f"data {file.relative_to(self.root)} {digest(file.read_bytes())}"


def list_data_files(path: Path) -> list[Path]:
    """A file, or all files below a folder that are neither hidden nor compiled; none if the path is not there."""
    if path.is_file():
        return [path]
    files = [file for file in path.rglob("*") if file.is_file() and not _is_passed_over(file.relative_to(path))]
    return sorted(files)


def _is_passed_over(path: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts)


_open_code_digests = cache(CodeDigests)
