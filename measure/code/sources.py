"""Python source as the static rulers read it: files, parsed, and their functions by name."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef


class CannotRead(ValueError):
    """A path or a file that holds no Python source to measure."""


def list_python_files(paths: Sequence[Path]) -> list[Path]:
    """The files given and those below the folders given, each once, in the order of their names.

    Raises ``CannotRead`` for a path that does not exist, and if there is no file at all.
    """
    for path in paths:
        if not path.exists():
            raise CannotRead(f"no such file or folder: {path}")
    files = {file for path in paths for file in (path.rglob("*.py") if path.is_dir() else [path])}
    if not files:
        raise CannotRead(f"no Python files in {', '.join(map(str, paths)) or 'no paths'}")
    return sorted(files)


def parse_file(file: Path) -> ast.Module:
    """The syntax tree of a file; raises ``CannotRead`` where Python cannot parse it."""
    try:
        return ast.parse(file.read_bytes(), str(file))
    except (SyntaxError, ValueError) as error:
        raise CannotRead(f"{file} is not Python: {error}") from error


def list_functions(tree: ast.AST, within: str = "") -> Iterator[tuple[str, Function]]:
    """Every function and method with its dotted name, outer ones before inner ones.

    Names are those of Python's ``__qualname__`` without ``<locals>``; functions of one name come one after the other.
    """
    for name, node in list_definitions(tree, within):
        if isinstance(node, Function):
            yield name, node


def list_definitions(tree: ast.AST, within: str = "") -> Iterator[tuple[str, Function | ast.ClassDef]]:
    """Every function, method and class with its dotted name, outer ones before inner ones."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function | ast.ClassDef):
            name = f"{within}.{node.name}" if within else node.name
            yield name, node
            yield from list_definitions(node, name)
        else:
            yield from list_definitions(node, within)
