"""Renew the prose of the stored notebooks and keep their outputs; nothing is executed.

    python -m publish.notebooks.notebook_prose

For a change of words, such as a translated summary. A notebook whose code has changed is refused: it has to be built.
"""

import sys

import nbformat
from nbformat import NotebookNode

from publish.notebooks.build_notebooks import SOURCES, read_source, target_of


class CodeChanged(ValueError):
    """The stored outputs are those of other code."""


def with_outputs(fresh: NotebookNode, stored: NotebookNode) -> NotebookNode:
    """The fresh notebook with the stored outputs; ``CodeChanged`` unless all code cells and their tags are the same."""
    new, old = ([cell for cell in notebook.cells if cell.cell_type == "code"] for notebook in (fresh, stored))
    if [(cell.source, cell.metadata) for cell in new] != [(cell.source, cell.metadata) for cell in old]:
        raise CodeChanged("its code has changed: build it with python -m publish.notebooks.build_notebooks")
    for cell, before in zip(new, old, strict=True):
        cell.outputs, cell.execution_count = before.outputs, before.execution_count
    return fresh


def main() -> int:
    failed = 0
    for source in sorted(SOURCES.glob("*.py")):
        target = target_of(source)
        try:
            nbformat.write(with_outputs(read_source(source), nbformat.read(target, as_version=4)), target)
        except (CodeChanged, FileNotFoundError) as error:
            failed += 1
            print(f"{source.stem}: {error}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
