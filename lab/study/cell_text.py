"""A figure as text, in the precision that its unit deserves."""

import math

from lab.study.display_selection import WITH_NOTE
from lab.study.scorecard_questions import QUESTIONS
from lab.study.scorecard_rows import Row

PERCENT = ("share", "share of rows", "share of cells")
MANY = 100
"""Models that nobody will fit on one store: beyond them a number would say more than is known."""
WHOLE = ("rows", "minutes", "features", "mutants", "count", "bytes", "seats", "models")


def format_cell(row: Row | None) -> str:
    """A value with its interval, as text; a dash where a system does not answer such questions."""
    if row is None:
        return "–"
    text = "–" if row.value is None else format_figure(row.key, row.value)
    if row.value is not None and row.low is not None and row.high is not None:
        text += f" [{format_figure(row.key, row.low)}, {format_figure(row.key, row.high)}]"
    return f"{text} ({row.note})" if row.key in WITH_NOTE else text


def format_figure(key: str, value: float) -> str:
    """A value in the precision that its unit deserves."""
    unit = QUESTIONS[key].unit
    if value == math.inf:
        return "∞"
    if unit == "models" and value > MANY:
        return f">{MANY}"
    if unit in PERCENT:
        return f"{value:.1%}"
    if unit in WHOLE:
        return f"{value:,.0f}"
    return f"{value:.3f}" if unit in ("nats", "AUC") else f"{value:,.3g}"
