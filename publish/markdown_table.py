"""Writes a Markdown table; whatever page has one asks here."""

from collections.abc import Iterable, Sequence


def write_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The table without a line end behind it; a line break within a cell becomes ``<br>``."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(cell.replace("\n", "<br>") for cell in line) + " |" for line in lines)
