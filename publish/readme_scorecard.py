"""Renews the generated parts of pages from the results: the scorecard in docs/scorecard.md."""

import re
from pathlib import Path

from lab.engine.workspace import REPOSITORY, StudyError
from lab.study.display_selection import HEADLINES, IN_README
from lab.study.scorecard_rows import Row
from lab.study.scorecard_table import list_lines
from lab.systems import list_compared

PAGE = REPOSITORY / "docs" / "scorecard.md"
BEGIN, END = "<!-- generated: scorecard -->", "<!-- end of generated part -->"


def renew(rows: list[Row], path: Path = PAGE) -> None:
    """Write the scorecard between its marks; raises ``StudyError`` if the marks are missing."""
    renew_between(BEGIN, markdown(rows), path)


def renew_between(begin: str, part: str, path: Path) -> None:
    """Write a part between the mark that begins it and ``END``; raises ``StudyError`` if the marks are missing."""
    text = path.read_text()
    if begin not in text or END not in text:
        raise StudyError(f"{path.name} has no marks for the generated part: {begin} … {END}")
    renewed = re.sub(f"{begin}.*?{END}", lambda _: f"{begin}\n{part}\n{END}", text, flags=re.DOTALL)
    path.write_text(renewed)


def markdown(rows: list[Row]) -> str:
    """The scorecard as a Markdown table."""
    headings = ["", "measure", "asked", *list_compared(), "predicted", "won"]
    table = [headings, ["---"] * len(headings), *list_lines(rows, list_compared(), HEADLINES, IN_README)]
    return "\n".join("| " + " | ".join(cell.replace("\n", "<br>") for cell in line) + " |" for line in table)
