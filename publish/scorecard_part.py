"""The figures on the scorecard's page, and at its top what is no better than a table of rates."""

from collections.abc import Iterator
from pathlib import Path

from lab.engine.workspace import results_folder
from lab.study.scorecard import read_rows
from lab.study.scorecard_questions import THEMES
from lab.study.scorecard_rows import Row
from lab.study.scorecard_table import CAUSES, list_causes, list_lines
from lab.systems import list_core
from measure.figures.figure_style import look
from publish.markdown_table import write_table
from publish.marked_parts import find_page, replace_part

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
    """A Markdown table a theme."""
    return "\n\n".join(f"### {theme.capitalize()}\n\n{table}" for theme, table in _make_tables(rows))


def _make_tables(rows: list[Row]) -> Iterator[tuple[str, str]]:
    labels = [look(system).label for system in list_core()]
    headings = ["", "measure", "asked", *labels, "predicted", "better"]
    for theme, keys in THEMES.items():
        if theme == "causes":
            yield theme, write_table(CAUSES, list_causes(rows))
        elif lines := list_lines(rows, list_core(), tuple(keys)):
            yield theme, write_table(headings, lines)
