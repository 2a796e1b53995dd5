"""A patch taken apart: the blocks of lines that it changes, each of which can be left out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from pathlib import Path

Tree = Mapping[str, str]
"""Files by their path in the copy, with their text; a file that is not there has no entry."""
Blocks = tuple["Block", ...]


@dataclass(frozen=True, order=True)
class Block:
    """Lines ``start`` to ``stop`` (from 0) of a file become ``lines``."""

    file: str
    start: int
    stop: int
    lines: tuple[str, ...]


def read_tree(copy: Path, folder: str) -> dict[str, str]:
    """The text files below one folder of a copy."""
    files = [file for file in sorted((copy / folder).rglob("*")) if file.is_file() and "__pycache__" not in file.parts]
    return {str(file.relative_to(copy)): file.read_text() for file in files}


def find_blocks(before: Tree, after: Tree) -> Blocks:
    """The blocks in which two trees differ, in order; a new file is one block."""
    return tuple(block for file in sorted({*before, *after}) for block in _find_blocks_in_file(file, before, after))


def _find_blocks_in_file(file: str, before: Tree, after: Tree) -> Iterable[Block]:
    old, new = (side.get(file, "").splitlines(keepends=True) for side in (before, after))
    for kind, start, stop, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield Block(file, start, stop, tuple(new[first:last]))


def apply_blocks(before: Tree, chosen: Iterable[Block]) -> dict[str, str]:
    """The tree with some blocks applied; files left empty are gone."""
    lines = {file: text.splitlines(keepends=True) for file, text in before.items()}
    for block in sorted(chosen, reverse=True):
        lines.setdefault(block.file, [])[block.start : block.stop] = block.lines
    was_empty = {file for file, text in before.items() if not text}
    return {file: "".join(text) for file, text in lines.items() if text or file in was_empty}


def find_minimal(found: Sequence[Block], accepts: Callable[[Blocks], bool]) -> Blocks:
    """Drop blocks, one at a time, until none can go: 1-minimal, the result of ddmin at its finest grain.

    ``accepts`` tells whether a choice of blocks still does the job; the whole has been accepted before. Source: Zeller
    and Hildebrandt 2002, "Simplifying and isolating failure-inducing input".
    """
    kept = tuple(found)
    for block in found:
        rest = tuple(other for other in kept if other != block)
        if accepts(rest):
            return find_minimal(rest, accepts)
    return kept


def format_patch(before: Tree, after: Tree) -> str:
    """A unified diff that ``git apply`` takes."""
    parts: list[str] = []
    for file in sorted({*before, *after}):
        old, new = (side.get(file, "").splitlines(keepends=True) for side in (before, after))
        names = (f"a/{file}" if file in before else "/dev/null", f"b/{file}" if file in after else "/dev/null")
        if diff := list(unified_diff(old, new, *names)):
            parts += [f"diff --git a/{file} b/{file}\n", *_format_modes(file, before, after), *diff]
    return "".join(parts)


def _format_modes(file: str, before: Tree, after: Tree) -> list[str]:
    if file not in before:
        return ["new file mode 100644\n"]
    return [] if file in after else ["deleted file mode 100644\n"]
