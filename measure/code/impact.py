"""Ruler 6, change impact: how much of a system a change request touches.

Scenario-based modifiability analysis (Bengtsson et al. 2004, ALMA) and change amplification (Ousterhout 2018), counted
on the code before and after an accepted patch: files, functions, hunks, nodes of the syntax tree. Size is not effort.
"""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from measure.code.sources import Function, list_definitions

Tree = Mapping[str, str]
"""Files by path, with their text."""
Place = tuple[str, str]
"""A file and the dotted name of a function in it; ``MODULE`` for code outside functions."""
MODULE = "<module>"


@dataclass(frozen=True)
class Impact:
    """``functions``: the places whose normalised syntax tree changed, came or went; ``nodes``: removed plus added."""

    files: tuple[str, ...]
    functions: tuple[Place, ...]
    hunks: int
    nodes: int


def impact(before: Tree, after: Tree) -> Impact:
    """Compare two states of a system's files, Python and other text; raises ``SyntaxError`` for what is not Python.

    Docstrings, comments and layout count as hunks and files only. Nodes are compared as multisets within each file: a
    function that got another name costs the name, code that moved within its file nothing, to another file twice.
    """
    files = tuple(file for file in sorted({*before, *after}) if before.get(file) != after.get(file))
    old, new = (_nodes(side, files) for side in (before, after))
    places = tuple(place for place in sorted({*old, *new}) if old.get(place) != new.get(place))
    nodes = sum(_apart(_whole(file, old), _whole(file, new)) for file in files)
    return Impact(files, places, sum(_hunks(before.get(file, ""), after.get(file, "")) for file in files), nodes)


def _whole(file: str, places: Mapping[Place, Counter[str]]) -> Counter[str]:
    """The nodes of a file, wherever in it."""
    return sum((nodes for (of, _), nodes in places.items() if of == file), Counter())


def _apart(one: Counter[str], other: Counter[str]) -> int:
    return ((one - other) + (other - one)).total()


def added_lines(before: Tree, after: Tree) -> frozenset[tuple[str, int]]:
    """File and number (from 1) of each line that was not there before."""
    return frozenset(
        (file, line + 1)
        for file, text in after.items()
        for kind, _, _, first, last in _opcodes(before.get(file, ""), text)
        if kind != "equal"
        for line in range(first, last)
    )


def _opcodes(before: str, after: str) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False).get_opcodes()


def _hunks(before: str, after: str) -> int:
    return sum(kind != "equal" for kind, *_ in _opcodes(before, after))


def _nodes(tree: Tree, files: tuple[str, ...]) -> dict[Place, Counter[str]]:
    """The nodes of every place that has any, by what each says itself, its children left out."""
    return {
        (file, name): Counter(map(_own, nodes))
        for file in files
        if file.endswith(".py") and file in tree
        for name, nodes in _places(ast.parse(tree[file], file))
    }


def _places(tree: ast.Module) -> Iterator[tuple[str, list[ast.AST]]]:
    """Every function with its nodes, and the module with what is outside; functions of one name are one place."""
    inside: dict[str, list[ast.AST]] = {}
    for name, node in list_definitions(tree):
        if isinstance(node, Function):
            inside.setdefault(name, []).extend(_outside_functions(node))
    if outside := list(_outside_functions(tree)):
        yield MODULE, outside
    yield from inside.items()


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """A node and what is below it, without inner functions and docstrings."""
    yield node
    body = getattr(node, "body", [])
    documented = isinstance(body, list) and body and _is_docstring(body[0])
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, Function) and not (documented and child is body[0]):
            yield from _outside_functions(child)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _own(node: ast.AST) -> str:
    fields = [(name, value) for name, value in ast.iter_fields(node) if not isinstance(value, ast.AST | list)]
    return f"{type(node).__name__}{fields}"


def closure(edges: frozenset[tuple[str, str]], start: str) -> frozenset[str]:
    """``start`` and all that it depends on, however indirectly; ``edges`` are (who depends, on whom)."""
    reached, waiting = {start}, [start]
    while waiting:
        one = waiting.pop()
        found = {whom for who, whom in edges if who == one} - reached
        reached |= found
        waiting += found
    return frozenset(reached)
