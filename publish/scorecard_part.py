"""The scorecard's table on the page that has its marks, and at its top what is no better than a table of rates."""

from pathlib import Path

from lab.engine.workspace import results_folder
from lab.study.display_selection import HEADLINES, OF_THE_MACHINE, ON_PAGE
from lab.study.scorecard import read_rows
from lab.study.scorecard_rows import Row
from lab.study.scorecard_table import list_lines
from lab.systems import list_compared
from measure.figures.figure_style import look
from publish.markdown_table import write_table
from publish.marked_parts import find_page, read_part, replace_part

NAME, BESIDE_TABLE = "scorecard", "beside a table"


def render_page() -> dict[Path, str]:
    """The page with today's scorecard; raises ``StudyError`` if there is no study yet."""
    page, rows = find_page(NAME), read_rows(results_folder())
    text = replace_part(page.read_text(), BESIDE_TABLE, describe_beside_table(rows))
    return {page: replace_part(text, NAME, render_scorecard(rows))}


def describe_beside_table(rows: list[Row]) -> str:
    """Whose served answers are better than the table of rates, whose are worse, and of which nobody can tell."""
    found: dict[str, list[str]] = {"better": [], "worse": [], "cannot tell": []}
    for row in (row for row in rows if row.key == "over_table" and not row.part):
        low, high = row.interval
        word = "better" if high < 0 else "worse" if low > 0 else "cannot tell"
        answers = f"{look(row.system).label} in {row.mode.replace('_', ' ')}"
        found[word].append(f"{answers} ({row.value:+.3f} nats [{low:+.3f}, {high:+.3f}])")
    said = [f"**{word}:** {', '.join(answers) or 'none'}" for word, answers in found.items()]
    return f"Beside a table of rates by carrier, origin and hour, which needs no model: {'; '.join(said)}."


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
