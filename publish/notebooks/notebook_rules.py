"""The rules that every notebook keeps: thin cells, nothing skipped, and a number behind every picture.

Each function takes a notebook and returns the breaches, one line each.
"""

import ast
import re
from collections.abc import Iterator
from math import ceil

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from publish.notebooks.compare_outputs import IGNORE_TAG, read_texts

P90_LINES, MAX_LINES = 15, 30  # of a cell
MAX_FUNCTION_LINES = 5
SKIPPING_TAGS = {"nbval-skip", "skip-execution", "pytest-validate-ignore-output"}
MARKER = re.compile(r"^\s*#+\s*(NBVAL_\w+|PYTEST_VALIDATE_\w+)\s*$", re.MULTILINE)


def list_code_cells(notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    """The code cells that hold something, each with its place among all cells, from 1."""
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code" and cell.source.strip():
            yield number, cell


def count_lines(cell: NotebookNode) -> int:
    return len(cell.source.splitlines())


def list_long_cells(notebook: NotebookNode) -> list[str]:
    """Cells of any kind over the limit, and too many long code cells."""
    found = [f"cell {i}: {n} lines" for i, c in enumerate(notebook.cells, 1) if (n := count_lines(c)) > MAX_LINES]
    lengths = sorted(count_lines(cell) for _, cell in list_code_cells(notebook))
    p90 = lengths[ceil(0.9 * len(lengths)) - 1] if lengths else 0  # nearest rank
    return found + ([f"p90 of the code cells is {p90} lines"] if p90 > P90_LINES else [])


def list_definitions(cell: NotebookNode) -> Iterator[tuple[str, int]]:
    """Name and lines of every class and function that a cell defines; a class counts as endless."""
    python = TransformerManager().transform_cell(cell.source)
    tree = compile(python, "cell", "exec", flags=ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield f"class {node.name}", 10**6
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"function {node.name}", (node.end_lineno or 0) - node.lineno + 1


def list_hidden_helpers(notebook: NotebookNode) -> list[str]:
    """Classes, and functions that are more than a name for an expression."""
    defined = [(i, name, n) for i, cell in list_code_cells(notebook) for name, n in list_definitions(cell)]
    return [f"cell {i}: {name} belongs in a package" for i, name, n in defined if n > MAX_FUNCTION_LINES]


def list_unchecked_cells(notebook: NotebookNode) -> list[str]:
    """Skipped cells, more than one cell with an ignored output, and markers in comments (use tags)."""
    tagged = [(i, set(cell.metadata.get("tags", []))) for i, cell in list_code_cells(notebook)]
    found = [f"cell {i}: skipped" for i, tags in tagged if tags & SKIPPING_TAGS]
    found += [f"cell {i}: {m[1]} in a comment" for i, c in list_code_cells(notebook) if (m := MARKER.search(c.source))]
    ignored = [i for i, tags in tagged if IGNORE_TAG in tags]
    return found + ([f"cells {ignored}: more than one is tagged {IGNORE_TAG}"] if len(ignored) > 1 else [])


def list_unrun_cells(notebook: NotebookNode) -> list[str]:
    """Cells not run in order. nbval compares nothing where the count is missing."""
    numbered = enumerate(list_code_cells(notebook), start=1)
    return [f"cell {i}: run as {c.execution_count}, not {n}" for n, (i, c) in numbered if c.execution_count != n]


def has_picture(cell: NotebookNode) -> bool:
    return any(kind.startswith("image/") for output in cell.outputs for kind in output.get("data", {}))


def prints_numbers(cell: NotebookNode) -> bool:
    said = [text for kind, text in read_texts(cell) if kind in ("stdout", "text/plain")]
    return any(re.search(r"\d", text) for text in said if not text.startswith("<Figure"))


def list_bare_pictures(notebook: NotebookNode) -> list[str]:
    """Pictures with no number printed in their cell or in the code cell before it."""
    cells = list(list_code_cells(notebook))
    pairs = zip([None, *(cell for _, cell in cells)], cells, strict=False)
    return [
        f"cell {i}: a picture without its numbers"
        for before, (i, cell) in pairs
        if has_picture(cell) and not any(c is not None and prints_numbers(c) for c in (before, cell))
    ]
