"""The price panel's instruments: memory of a stage, size of a program, and what a second worker brings.

Sources: ``VmHWM`` in proc(5); Amdahl 1967 for the speed-up. The memory of a child that a parent reads with
``ru_maxrss`` contains the parent's own, so a stage reads its own high-water mark, reset when it begins.
"""

import ast
import ctypes
import gc
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
RESET_PEAK = "5"


class CannotWeigh(ValueError):
    """There is nothing to weigh, or no way to weigh it here."""


class NoHighWaterMark(CannotWeigh):
    """This system tells no process its peak of memory."""


@dataclass(frozen=True)
class Size:
    """A program's size: ``files``, and ``nodes`` of their abstract syntax trees without docstrings."""

    files: int
    nodes: int


def size(paths: Iterable[Path]) -> Size:
    """Count the Python files below ``paths`` that hold code; raises ``CannotWeigh`` if there are none.

    Nodes, not tokens: f-strings are split into tokens in another way from Python 3.12 on.
    """
    trees = [tree for file in _python_files(paths) if (tree := _without_docstrings(ast.parse(file.read_text()))).body]
    if not trees:
        raise CannotWeigh("no Python file with code in it")
    return Size(len(trees), sum(1 for tree in trees for _ in ast.walk(tree)))


def _python_files(paths: Iterable[Path]) -> list[Path]:
    return [file for path in paths for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]


def _without_docstrings(tree: ast.Module) -> ast.Module:
    documented = ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef
    for node in ast.walk(tree):
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
    return tree


def peak_above(call: Callable[[], T]) -> tuple[T, int]:
    """What the call returns, and the bytes by which it raised this process's resident memory at its peak.

    What the process held before (interpreter, imports, loaded data) is not the call's; what was freed before goes back
    to the system first, or the call would use it unseen. Linux only; raises ``NoHighWaterMark`` elsewhere.
    """
    if not CLEAR.exists():
        raise NoHighWaterMark("the high-water mark of memory can be read on Linux only")
    _give_back()
    CLEAR.write_text(RESET_PEAK)
    before = _kilobytes("VmRSS")
    answer = call()
    return answer, max(0, _kilobytes("VmHWM") - before) * 1024


def _give_back() -> None:
    """Collect garbage, and let the C library return free pages: glibc keeps them, other libraries have no such call."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _kilobytes(field: str) -> int:
    for line in STATUS.read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1])
    raise CannotWeigh(f"no {field} in {STATUS}")


def over_provisioning(memory: Mapping[str, float], deployables: Mapping[str, Iterable[str]]) -> float:
    """Memory reserved over memory needed: every stage reserves what the dearest stage of its deployable needs.

    ``memory``: peak by stage, any unit; ``deployables``: which stages ship and run as one. 1 where every stage gets
    what it needs and no more. Raises ``CannotWeigh`` unless every stage is in exactly one deployable.
    """
    placed = [stage for stages in deployables.values() for stage in stages]
    if sorted(placed) != sorted(memory):
        raise CannotWeigh(f"stages measured {sorted(memory)}, stages deployed {sorted(placed)}")
    if not sum(memory.values()) > 0:
        raise CannotWeigh("no stage needs any memory")
    reserved = sum(max(memory[s] for s in stages) * len(list(stages)) for stages in map(list, deployables.values()))
    return reserved / sum(memory.values())


def amdahl(parallel: float, rest: float, workers: int) -> float:
    """The speed-up of the whole if only ``parallel`` seconds of it are shared by ``workers``, ``rest`` being left."""
    if parallel < 0 or rest < 0 or parallel + rest == 0 or workers < 1:
        raise CannotWeigh(f"no speed-up of {parallel} + {rest} seconds on {workers} workers")
    return (parallel + rest) / (parallel / workers + rest)
