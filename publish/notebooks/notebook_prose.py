"""Renews the prose of the stored notebooks and keeps their outputs; nothing is executed.

For a change of words, such as a translated summary. A notebook whose code has changed is refused: it has to be built.
"""

from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.reader import NotJSONError

from lab.engine.workspace import StudyError
from publish.notebooks.build_notebooks import SOURCES, find_target, read_source


class CodeChanged(StudyError):
    """The stored outputs are those of other code."""


def with_outputs(fresh: NotebookNode, stored: NotebookNode) -> NotebookNode:
    """The fresh notebook with the stored outputs; ``CodeChanged`` unless all code cells and their tags are the same."""
    new, old = ([cell for cell in notebook.cells if cell.cell_type == "code"] for notebook in (fresh, stored))
    if [(cell.source, cell.metadata) for cell in new] != [(cell.source, cell.metadata) for cell in old]:
        raise CodeChanged("its code has changed: build it with python -m publish.notebooks")
    for cell, before in zip(new, old, strict=True):
        cell.outputs, cell.execution_count = before.outputs, before.execution_count
    return fresh


def render_notebooks() -> dict[Path, str]:
    """Every stored notebook with its source's prose, by path; ``CodeChanged`` names those that have to be built."""
    notebooks, changed = {}, []
    for source in sorted(SOURCES.glob("*.py")):
        try:
            notebooks[find_target(source)] = _render(source)
        except (CodeChanged, NotJSONError, FileNotFoundError):
            changed.append(source.stem)
    if changed:
        raise CodeChanged(f"code has changed, build them with python -m publish.notebooks: {', '.join(changed)}")
    return notebooks


def _render(source: Path) -> str:
    stored = nbformat.read(find_target(source), as_version=4)
    return nbformat.writes(with_outputs(read_source(source), stored)) + "\n"
