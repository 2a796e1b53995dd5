"""Edits of a system's files, as a learner writes them, and how much of the system they touch."""

from collections.abc import Sequence
from dataclasses import dataclass

from lab.changes.patch_blocks import Tree
from lab.exercises.answers import NotYet
from measure.code.impact import added_lines, impact

Edit = tuple[str, str, str]
"""A file, a text that it holds exactly once, and what is to stand there instead."""


@dataclass(frozen=True)
class Touched:
    """How much of a system an edit touches, as ruler 6 counts it; ``lines`` are new or changed ones."""

    files: int
    functions: int
    lines: int

    def __str__(self) -> str:
        return f"files {self.files}, functions {self.functions}, lines {self.lines}"


def count_touched(before: Tree, after: Tree) -> Touched:
    """Files, functions and lines in which two states of a system differ; raises ``NotYet`` for what is not Python."""
    try:
        found = impact(before, after)
    except SyntaxError as error:
        raise NotYet(f"{error.filename} is no longer Python after your edits: line {error.lineno}") from None
    return Touched(len(found.files), len(found.functions), len(added_lines(before, after)))


def apply_edits(before: Tree, package: str, edits: Sequence[Edit]) -> dict[str, str]:
    """The tree after the edits, one after the other; raises ``NotYet`` for one that cannot be made."""
    after = dict(before)
    for number, (name, old, new) in enumerate(edits, start=1):
        file = name if name in after else f"{package}/{name}"
        if file not in after:
            raise NotYet(f"edit {number}: {package} has no file {name}")
        if (times := after[file].count(old)) != 1 or not old:
            raise NotYet(f"edit {number}: the old text stands in {name} {times} times, not once")
        after[file] = after[file].replace(old, new)
    return after
