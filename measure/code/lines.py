"""Ruler 8, third part: lines that run in one production mode only, and lines that never run.

*Own operationalisation*, on coverage.py's statements: a line is the first of a statement inside the body of a function.
Lines of a module or a class body run at import, whatever the mode, and tell nothing; nor does a body on the line of its
``def``, which cannot be told from it.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

import coverage

from measure.code.sources import list_functions, list_python_files, parse_file

Line = tuple[Path, int]
"""A file as it was given, and a line's number from 1."""

NOT_CODE = (r"^\s*\.\.\.\s*$", r"if (typing\.)?TYPE_CHECKING:")  # but a "no cover" comment hides no dead line here


class CannotShare(ValueError):
    """Lines that cannot be divided among modes."""


@dataclass(frozen=True)
class LineShares:
    """How ``lines`` executable lines divide: shares from 0 to 1, disjoint, together 1.

    ``everywhere``: run in all modes; ``several``: in two or more but not all; ``only``: in one mode alone, by mode;
    ``dead``: in none. ``dead_lines`` lists the last ones, in order.
    """

    lines: int
    everywhere: float
    several: float
    only: Mapping[str, float]
    dead: float
    dead_lines: tuple[Line, ...]

    @property
    def one_mode(self) -> float:
        """The share that runs in exactly one mode, whichever."""
        return sum(self.only.values())


def executable_lines(paths: Sequence[Path]) -> frozenset[Line]:
    """Every line that could run inside a function in these files and folders.

    Raises ``measure.code.sources.CannotRead`` for paths without readable source.
    """
    measurement = _measurement()
    return frozenset((file, line) for file in list_python_files(paths) for line in _statements(measurement, file)[0])


def lines_run(call: Callable[[], object], paths: Sequence[Path]) -> frozenset[Line]:
    """The executable lines that run during ``call``, in this process and the threads it starts.

    Modules may have been imported before; nothing is written to disk. Raises what ``call`` raises, and ``CannotRead``.
    """
    files = list_python_files(paths)
    measurement = _measurement(include=[str(file.resolve()) for file in files])
    with measurement.collect():
        call()
    return frozenset((file, line) for file in files for line in _statements(measurement, file)[1])


def line_shares(run: Mapping[str, AbstractSet[Line]], executable: AbstractSet[Line]) -> LineShares:
    """Divide the ``executable`` lines by the modes in which they ran.

    Raises ``CannotShare`` for fewer than two modes, for no line at all, and for a line run that is not executable.
    """
    strangers = set().union(*run.values()) - executable
    if len(run) < 2 or not executable or strangers:
        raise CannotShare(
            f"{len(run)} modes, {len(executable)} lines, {len(strangers)} lines run that are none of them"
        )
    times = {line: [mode for mode, lines in run.items() if line in lines] for line in executable}
    dead = sorted(line for line, modes in times.items() if not modes)
    several = sum(1 < len(modes) < len(run) for modes in times.values())
    everywhere = sum(len(modes) == len(run) for modes in times.values())
    only = {mode: sum(modes == [mode] for modes in times.values()) / len(executable) for mode in run}
    total = len(executable)
    return LineShares(total, everywhere / total, several / total, only, len(dead) / total, tuple(dead))


def _measurement(include: Sequence[str] | None = None) -> coverage.Coverage:
    """A measurement that reads no settings, writes no file and warns of nothing we do on purpose."""
    made = coverage.Coverage(data_file=None, config_file=False, include=include)
    made.set_option("report:exclude_lines", list(NOT_CODE))
    made.set_option("run:disable_warnings", ["no-data-collected", "module-not-measured", "already-imported"])
    return made


def _statements(measurement: coverage.Coverage, file: Path) -> tuple[set[int], set[int]]:
    """The lines of statements inside functions, and those of them that ran."""
    inside = _inside_functions(parse_file(file))
    _, statements, _, missing, _ = measurement.analysis2(str(file.resolve()))
    within = inside & set(statements)
    return within, within - set(missing)


def _inside_functions(tree: ast.Module) -> set[int]:
    lines: set[int] = set()
    for _, node in list_functions(tree):
        last = max(child.end_lineno or child.lineno for child in node.body)
        lines |= set(range(max(node.body[0].lineno, node.lineno + 1), last + 1))
    return lines
