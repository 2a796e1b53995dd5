"""Ruler 8, second part: arguments that switch a function between two jobs.

A flag argument tells a function to carry out a different operation depending on its value (Fowler, "FlagArgument",
2011). Read from the text: a parameter is taken for a flag if it is a boolean by annotation or default, or if a branch
compares it with a word in quotes.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from measure.code.sources import Function, list_functions, list_python_files, parse_file


@dataclass(frozen=True)
class Flag:
    """One flag argument; ``kind`` is "boolean" or "mode", ``line`` that of the parameter.

    ``branches``: the lines on which it decides what runs, in order; none where it is only handed on or kept.
    """

    file: Path
    function: str
    line: int
    argument: str
    kind: str
    branches: tuple[int, ...]

    def __str__(self) -> str:
        where = f"branches on line {', '.join(map(str, self.branches))}" if self.branches else "does not branch"
        return f"{self.file.name}:{self.line} {self.function}({self.argument}) {where}"


def flag_arguments(paths: Sequence[Path]) -> tuple[Flag, ...]:
    """The flag arguments of all functions in these files and folders, in the order of the text.

    Raises ``measure.code.sources.CannotRead`` for paths without readable source.
    """
    return tuple(
        flag
        for file in list_python_files(paths)
        for name, node in list_functions(parse_file(file))
        for flag in _flags(file, name, node)
    )


def _flags(file: Path, name: str, node: Function) -> Iterator[Flag]:
    for parameter, default in _parameters(node.args):
        tests = [test for test in _tests(node) if _names(test[0], parameter.arg)]
        is_boolean = _says_bool(parameter.annotation) or _is_constant(default, bool)
        if is_boolean or any(_compares_words(*test, parameter.arg) for test in tests):
            lines = tuple(sorted({test.lineno for test, _ in tests}))
            yield Flag(file, name, parameter.lineno, parameter.arg, "boolean" if is_boolean else "mode", lines)


def _parameters(args: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    """Each parameter with its default, None if it has none."""
    positional = [*args.posonlyargs, *args.args]
    without = len(positional) - len(args.defaults)
    yield from zip(positional, [*[None] * without, *args.defaults], strict=True)
    yield from zip(args.kwonlyargs, args.kw_defaults, strict=True)


def _says_bool(annotation: ast.expr | None) -> bool:
    """``bool``, alone or beside None, in quotes too."""
    words = ast.unparse(annotation).strip("'").replace(" ", "") if annotation else ""
    return words in {"bool", "bool|None", "None|bool", "Optional[bool]"}


def _tests(node: Function) -> Iterator[tuple[ast.expr, Sequence[ast.AST]]]:
    """Every expression in a function that decides what runs next, and the patterns it is matched with."""
    for child in ast.walk(node):
        if isinstance(child, ast.If | ast.IfExp | ast.While):
            yield child.test, []
        elif isinstance(child, ast.comprehension):
            yield from ((test, []) for test in child.ifs)
        elif isinstance(child, ast.Match):
            yield child.subject, [case.pattern for case in child.cases]


def _compares_words(test: ast.expr, patterns: Sequence[ast.AST], argument: str) -> bool:
    """Whether the argument itself is held against a word in quotes."""
    if isinstance(test, ast.Name) and any(map(_has_words, patterns)):
        return True
    compares = [node for node in ast.walk(test) if isinstance(node, ast.Compare)]
    sides = [[node.left, *node.comparators] for node in compares]
    return any(
        any(isinstance(side, ast.Name) and side.id == argument for side in both) and any(map(_has_words, both))
        for both in sides
    )


def _has_words(node: ast.AST) -> bool:
    """A string, or a collection or a pattern of strings; not the key of a look-up."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(map(_has_words, node.elts))
    if isinstance(node, ast.MatchOr):
        return any(map(_has_words, node.patterns))
    return _is_constant(node.value if isinstance(node, ast.MatchValue) else node, str)


def _is_constant(node: ast.AST | None, kind: type) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, kind)


def _names(test: ast.expr, argument: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == argument for node in ast.walk(test))
