"""Renews the generated parts of pages from the results: the scorecard in docs/scorecard.md."""

import re
from pathlib import Path

from runner.home import REPOSITORY, StudyError
from runner.rows import Row
from runner.shown import HEADLINES, IN_README
from runner.steps import SYSTEMS
from runner.table import lines

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
    headings = ["", "measure", "asked", *SYSTEMS, "predicted", "won"]
    table = [headings, ["---"] * len(headings), *lines(rows, list(SYSTEMS), HEADLINES, IN_README)]
    return "\n".join("| " + " | ".join(cell.replace("\n", "<br>") for cell in line) + " |" for line in table)
