"""What may differ between two runs of a notebook, what may not, and what no published output may hold."""

import re

import nbformat
from nbformat import NotebookNode

IGNORE_TAG = "nbval-ignore-output"
NOT_COMPARED = ("text/html", "stderr")  # pictures are compared nowhere
WARN_BYTES, MAX_BYTES = 100_000, 200_000
MACHINE = re.compile(r"(?<![\w.:/-])/(?:home|root|tmp|work|private|Users)/\S*|\bat 0x[0-9a-fA-F]{6,}")


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
