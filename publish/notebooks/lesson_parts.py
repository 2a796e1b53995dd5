"""What every lesson says, whatever it is about: its message, before all else, and the threats to its validity."""

import re

from nbformat import NotebookNode

MESSAGE = re.compile(r"# [^\n]+\n\n\*\*([^*\n]+[.?!])\*\*\n")
"""Title, and below it a paragraph of its own in bold."""
THREATS = re.compile(r"^## Threats to validity$", re.MULTILINE)


def list_missing_parts(notebook: NotebookNode) -> list[str]:
    """What a lesson has to have and this one lacks: its message, one sentence below its title; threats to validity."""
    first = notebook.cells[0].source
    said = MESSAGE.match(first)
    found = [] if said else ["cell 1: no message in bold below the title"]
    if said and re.search(r"[.?!] ", said[1]):
        found.append("cell 1: the message has more than one sentence")
    threats = any(THREATS.search(cell.source) for cell in notebook.cells if cell.cell_type == "markdown")
    return found + ([] if threats else ["no threats to validity"])
