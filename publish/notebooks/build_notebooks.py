"""Builds the notebooks: py:percent sources in `notebooks/_src/`, executed `.ipynb` files beside that folder.

What is written depends on source, summary (`languages`) and results alone: no times, no machine's name or path,
cell ids from position and text. The kernel is this interpreter, in the notebook's own folder as in JupyterLab.
After a change of words, such as a translated summary, prose is renewed and outputs are kept; nothing is executed.
"""

import os
import tempfile
from hashlib import sha256
from pathlib import Path

import jupytext
import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.reader import NotJSONError

from lab.engine.workspace import REPOSITORY, StudyError
from publish.languages.summary_messages import find_summary
from publish.notebooks.notebook_rules import WARN_BYTES, list_differences, list_faults

HERE = REPOSITORY / "notebooks"
SOURCES = HERE / "_src"
CELL_TIMEOUT = 600  # seconds
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def read_source(path: Path) -> NotebookNode:
    """The notebook, not yet executed, that a py:percent source describes; below the title its summary in Japanese."""
    return describe_notebook(path.read_text(), find_summary(path.stem) or "")


def describe_notebook(text: str, below_title: str = "") -> NotebookNode:
    """The notebook that a py:percent text describes; cells without text are left out."""
    notebook = jupytext.reads(text, fmt="py:percent")
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell(below_title))
    notebook.update(metadata=nbformat.from_dict(METADATA), nbformat=4, nbformat_minor=5)
    notebook.cells = [cell for cell in notebook.cells if cell.source.strip()]
    for position, cell in enumerate(notebook.cells, start=1):
        tags = cell.metadata.get("tags")
        cell.id = make_cell_id(position, cell.source)
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
    return notebook


def make_cell_id(position: int, source: str) -> str:
    """The id that this tool gives to the cell at a position, from 1: a cell edited later keeps its old one."""
    return f"{position:02d}-{sha256(source.encode()).hexdigest()[:8]}"


def execute(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """The notebook with the outputs of a run in `folder`; raises CellExecutionError where a cell fails."""
    kernels = KernelSpecManager(kernel_dirs=[])  # so that it finds none but this interpreter's own
    client = NotebookClient(
        notebook,
        km=AsyncKernelManager(kernel_spec_manager=kernels),
        timeout=CELL_TIMEOUT,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],  # or every kernel warns of its loopback sockets
        resources={"metadata": {"path": str(folder)}},
    )
    with tempfile.TemporaryDirectory() as profile:  # a user's own IPython settings must not reach the outputs
        client.execute(cleanup_kc=True, env={**os.environ, "IPYTHONDIR": profile})
    notebook.metadata = nbformat.from_dict(METADATA)  # the kernel added its version
    return notebook


def find_target(source: Path) -> Path:
    """Where a source's notebook lies."""
    return HERE / f"{source.stem}.ipynb"


def check(source: Path, *, outputs: bool) -> list[str]:
    """What the stored notebook has otherwise than its source; with ``outputs``, than a fresh run. Writes nothing."""
    fresh = execute(read_source(source), HERE) if outputs else read_source(source)
    if not (target := find_target(source)).exists():
        return [*list_faults(fresh), f"{target.name} is not built"]
    return list_faults(fresh) + list_differences(fresh, nbformat.read(target, as_version=4), outputs=outputs)


def build(source: Path, target: Path) -> list[str]:
    """Execute a source and write its notebook, unless something is wrong with it, which is returned."""
    notebook = execute(read_source(source), target.parent)
    if found := list_faults(notebook):
        return found
    nbformat.write(notebook, target)
    if (size := target.stat().st_size) > WARN_BYTES:
        print(f"warning: {size} bytes, more than {WARN_BYTES}", end="  ")
    return []


def with_outputs(fresh: NotebookNode, stored: NotebookNode) -> NotebookNode:
    """The fresh notebook with the stored outputs; ``StudyError`` unless all code cells and their tags are the same."""
    new, old = ([cell for cell in notebook.cells if cell.cell_type == "code"] for notebook in (fresh, stored))
    if [(cell.source, cell.metadata) for cell in new] != [(cell.source, cell.metadata) for cell in old]:
        raise StudyError("its code has changed: build it with python -m publish.notebooks")
    for cell, before in zip(new, old, strict=True):
        cell.outputs, cell.execution_count = before.outputs, before.execution_count
    return fresh


def render_notebooks() -> dict[Path, str]:
    """Every stored notebook with its source's prose, by path; ``StudyError`` names those that have to be built."""
    notebooks, changed = {}, []
    for source in sorted(SOURCES.glob("*.py")):
        try:
            stored = nbformat.read(find_target(source), as_version=4)
            notebooks[find_target(source)] = nbformat.writes(with_outputs(read_source(source), stored)) + "\n"
        except (StudyError, NotJSONError, FileNotFoundError):
            changed.append(source.stem)
    if changed:
        raise StudyError(f"code has changed, build them with python -m publish.notebooks: {', '.join(changed)}")
    return notebooks
