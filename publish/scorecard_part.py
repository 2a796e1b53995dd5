"""The scorecard's table on the page that has its marks."""

from pathlib import Path

from lab.engine.workspace import results_folder
from lab.study.display_selection import HEADLINES, OF_THE_MACHINE, ON_PAGE
from lab.study.scorecard import read_rows
from lab.study.scorecard_rows import Row
from lab.study.scorecard_table import list_lines
from lab.systems import list_compared
from publish.markdown_table import write_table
from publish.marked_parts import find_page, read_part, replace_part

NAME = "scorecard"


def render_page() -> dict[Path, str]:
    """The page with today's scorecard; raises ``StudyError`` if there is no study yet."""
    page = find_page(NAME)
    return {page: replace_part(page.read_text(), NAME, render_scorecard(read_rows(results_folder())))}


def render_scorecard(rows: list[Row]) -> str:
    """The scorecard as a Markdown table."""
    headings = ["", "measure", "asked", *list_compared(), "predicted", "won"]
    return write_table(headings, list_lines(rows, list_compared(), HEADLINES, ON_PAGE))


def keep_comparable(page: str) -> str:
    """The page without what another machine may see otherwise: who won a measure of CPU seconds or memory."""
    rows = read_rows(results_folder())
    timed = [key in OF_THE_MACHINE for key in HEADLINES for _ in list_lines(rows, list_compared(), (key,), ON_PAGE)]
    head, rule, *table = read_part(page, NAME).splitlines()
    kept = [line.rpartition(" | ")[0] if is_timed else line for line, is_timed in zip(table, timed, strict=False)]
    return replace_part(page, NAME, "\n".join([head, rule, *kept, *table[len(timed) :]]))
