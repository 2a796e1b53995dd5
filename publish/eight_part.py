"""The table of the eight questions, in English and Japanese, for README and the slides."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lab.engine.workspace import results_folder
from lab.study.eight_questions import answer_questions
from lab.study.scorecard import read_rows
from lab.study.scorecard_rows import Row
from lab.systems import list_core
from measure.figures.figure_style import look
from publish.languages.message_catalogue import read_translations
from publish.markdown_table import write_table
from publish.marked_parts import find_page, replace_part

NAME = "eight questions"
HEADINGS = {"en": ("question", "what it comes to"), "ja": ("問い", "結論")}
ASKED_NOT = "–"


def render_page() -> dict[Path, str]:
    """README with today's answers; raises ``StudyError`` if there is no study yet."""
    page = find_page(NAME)
    return {page: replace_part(page.read_text(), NAME, render_table(read_rows(results_folder()), "en"))}


def render_table(rows: Sequence[Row], language: str, brief: bool = False) -> str:
    """A line a question, a column a system; ``brief``: neither intervals nor what it comes to."""
    names = name_systems(language)
    rows = [replace(row, low=None, high=None) for row in rows] if brief else rows
    question, says = HEADINGS[language]
    lines = [
        [f"{answer.number}", answer.title, *(answer.cells.get(name, ASKED_NOT) for name in names), answer.says]
        for answer in answer_questions(rows, names, language)
    ]
    last = -1 if brief else None
    return write_table(["", question, *names.values(), says][:last], [line[:last] for line in lines])


def name_systems(language: str) -> dict[str, str]:
    """What the systems are called in a table."""
    labels = {name: look(name).label for name in list_core()}
    known = {} if language == "en" else read_translations("pictures")
    return {name: known.get(label, label) for name, label in labels.items()}
