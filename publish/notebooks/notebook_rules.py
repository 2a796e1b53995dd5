"""The rules that every notebook keeps, what may differ between two runs of one, and what no published output may hold.

The rules: few and thin cells, nothing skipped, and a number behind every picture (what a lesson has to say:
``lesson_parts``). The function of a rule takes a notebook and returns the breaches, one line each.
"""

import ast
import re
from collections.abc import Iterator
from math import ceil

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

IGNORE_TAG = "nbval-ignore-output"
NOT_COMPARED = ("text/html", "stderr")  # pictures are compared nowhere
WARN_BYTES, MAX_BYTES = 100_000, 200_000
MACHINE = re.compile(r"(?<![\w.:/-])/(?:home|root|tmp|work|private|Users)/\S*|\bat 0x[0-9a-fA-F]{6,}")
P90_LINES, MAX_LINES = 15, 30  # of a cell
MAX_CODE_CELLS = 30
MAX_FUNCTION_LINES = 5
SKIPPING_TAGS = {"nbval-skip", "skip-execution", "pytest-validate-ignore-output"}
MARKER = re.compile(r"^\s*#+\s*(NBVAL_\w+|PYTEST_VALIDATE_\w+)\s*$", re.MULTILINE)


def read_texts(cell: NotebookNode) -> list[tuple[str, str]]:
    """Kind and text of every output, in order; without pictures."""
    found: list[tuple[str, str]] = []
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            found.append((output.name, output.text))
        elif output.output_type == "error":
            found.append(("error", "\n".join(output.traceback)))
        else:
            found += [(kind, str(text)) for kind, text in output.data.items() if not kind.startswith("image/")]
    return found


def select_outputs(cell: NotebookNode) -> list[tuple[str, str]]:
    """The outputs that a second run must repeat word for word."""
    if IGNORE_TAG in cell.metadata.get("tags", []):
        return []
    return [(kind, text) for kind, text in read_texts(cell) if kind not in NOT_COMPARED]


def read_identity(cell: NotebookNode) -> tuple[str, str, str, list[str]]:
    """What a cell takes from its source."""
    return cell.id, cell.cell_type, cell.source, cell.metadata.get("tags", [])


def list_differences(fresh: NotebookNode, stored: NotebookNode, *, outputs: bool) -> list[str]:
    """What the stored notebook has otherwise than the fresh one, one line each."""
    if len(fresh.cells) != len(stored.cells):
        return [f"{len(stored.cells)} cells are stored, the source has {len(fresh.cells)}"]
    pairs = list(enumerate(zip(fresh.cells, stored.cells, strict=True), start=1))
    found = [f"cell {i}: source differs" for i, (a, b) in pairs if read_identity(a) != read_identity(b)]
    if outputs:
        found += [f"cell {i}: output differs" for i, (a, b) in pairs if select_outputs(a) != select_outputs(b)]
    return found


def list_faults(notebook: NotebookNode) -> list[str]:
    """Reasons not to publish an executed notebook: it is too large, or an output names this machine."""
    size = len(nbformat.writes(notebook).encode())
    found = [f"{size} bytes, at most {MAX_BYTES} are allowed"] if size > MAX_BYTES else []
    for number, cell in enumerate(notebook.cells, start=1):
        hits = [hit for _, text in read_texts(cell) if (hit := MACHINE.search(text))]
        found += [f"cell {number}: an output holds {hit[0]!r}" for hit in hits]
    return found


def list_code_cells(notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    """The code cells that hold something, each with its place among all cells, from 1."""
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code" and cell.source.strip():
            yield number, cell


def list_surplus_cells(notebook: NotebookNode) -> list[str]:
    """More code cells than one sitting takes."""
    count = len(list(list_code_cells(notebook)))
    return [f"{count} code cells, at most {MAX_CODE_CELLS}"] if count > MAX_CODE_CELLS else []


def list_long_cells(notebook: NotebookNode) -> list[str]:
    """Cells of any kind over the limit, and too many long code cells."""
    every = [len(cell.source.splitlines()) for cell in notebook.cells]
    found = [f"cell {i}: {n} lines" for i, n in enumerate(every, start=1) if n > MAX_LINES]
    lengths = sorted(every[i - 1] for i, _ in list_code_cells(notebook))
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


def prints_numbers(cell: NotebookNode) -> bool:
    said = [text for kind, text in read_texts(cell) if kind in ("stdout", "text/plain")]
    return any(re.search(r"\d", text) for text in said if not text.startswith("<Figure"))


def list_bare_pictures(notebook: NotebookNode) -> list[str]:
    """Pictures with no number printed in their cell or in the code cell before it."""
    found, printed_before = [], False
    for number, cell in list_code_cells(notebook):
        printed = prints_numbers(cell)
        drawn = any(kind.startswith("image/") for output in cell.outputs for kind in output.get("data", {}))
        if drawn and not printed and not printed_before:
            found.append(f"cell {number}: a picture without its numbers")
        printed_before = printed
    return found
