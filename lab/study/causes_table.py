"""The cause ablation in the terminal: a line a cause, left alone and cured alone."""

from dataclasses import replace

from rich.table import Table

from lab.study.cell_text import format_cell
from lab.study.scorecard_questions import QUESTIONS
from lab.study.scorecard_rows import Row
from lab.study.steps.cause_arms import ALL, CURED, LEFT, NONE

HEADINGS = ("", "cause", "left alone: rows", "gap, nats", "harm, nats", "flips", "cured alone: rows", "saves, nats")
LEFT_ALONE = ("cause_skewed", "cause_gap", "cause_harm", "cause_flips")
SAVED = ("cause_skewed", "cause_gap")


def make_causes_table(rows: list[Row]) -> Table:
    """Every system's causes between no cure and all cures."""
    table = Table(title="Causes", title_justify="left", title_style="bold", show_edge=False)
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading in HEADINGS[:2] else "right")
    for system in dict.fromkeys(row.system for row in rows if row.key in LEFT_ALONE and row.value is not None):
        of_system = {(row.key, row.part): row for row in rows if row.system == system}
        table.add_section()
        for line in _list_lines(system, of_system):
            table.add_row(*line)
    return table


def _format_short(row: Row) -> str:
    """With its interval only where the interval decides; the others are in ``scorecard.json``."""
    return format_cell(row if QUESTIONS[row.key].unit == "nats" else replace(row, low=None, high=None))


def _list_lines(system: str, rows: dict[tuple[str, str], Row]) -> list[list[str]]:
    parts = [part for key, part in rows if key == LEFT_ALONE[0]]
    causes = [part.removeprefix(LEFT) for part in parts if part.startswith(LEFT)]
    named = [(NONE, NONE, ""), *((cause, LEFT + cause, CURED + cause) for cause in causes), (ALL, ALL, "")]
    return [
        [system if name == NONE else "", name]
        + [_format_short(rows[key, left]) for key in LEFT_ALONE]
        + [_format_short(rows[key, saved]) if saved else "" for key in SAVED]
        for name, left, saved in named
    ]
