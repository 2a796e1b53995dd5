"""The scorecard as lines of text, a question each, and what it says of the predictions."""

from collections.abc import Mapping
from dataclasses import replace

from lab.study.cell_text import format_cell
from lab.study.display_selection import IN_SHORT
from lab.study.scorecard_questions import PRIMARY, QUESTIONS, SAME_FACT, VERDICTS
from lab.study.scorecard_rows import Row
from lab.study.steps.cause_arms import ALL, CURED, LEFT, NONE
from lab.study.verdicts import find_winners, read_predictions, settle

CAUSES = ("", "cause", "left alone: rows", "gap, nats", "harm, nats", "flips", "cured alone: rows", "saves, nats")
LEFT_ALONE = ("cause_skewed", "cause_gap", "cause_harm", "cause_flips")
SAVED = ("cause_skewed", "cause_gap")
GATED = ("same job",)


def list_causes(rows: list[Row]) -> list[list[str]]:
    """The cause ablation as text (``CAUSES``): a line a cause, left alone and cured alone, between none and all."""
    systems = dict.fromkeys(row.system for row in rows if row.key in LEFT_ALONE and row.value is not None)
    of = {system: {(row.key, row.part): row for row in rows if row.system == system} for system in systems}
    return [line for system in systems for line in _list_causes(system, of[system])]


def _format_short(row: Row) -> str:
    """With its interval only where the interval decides; the others are in ``scorecard.json``."""
    return format_cell(row if QUESTIONS[row.key].unit == "nats" else replace(row, low=None, high=None))


def _list_causes(system: str, rows: dict[tuple[str, str], Row]) -> list[list[str]]:
    parts = [part for key, part in rows if key == LEFT_ALONE[0]]
    causes = [part.removeprefix(LEFT) for part in parts if part.startswith(LEFT)]
    named = [(NONE, NONE, ""), *((cause, LEFT + cause, CURED + cause) for cause in causes), (ALL, ALL, "")]
    return [
        [system if name == NONE else "", name]
        + [_format_short(rows[key, left]) for key in LEFT_ALONE]
        + [_format_short(rows[key, saved]) if saved else "" for key in SAVED]
        for name, left, saved in named
    ]


def list_lines(
    rows: list[Row], systems: list[str], keys: tuple[str, ...], short: Mapping[str, tuple[str, ...]] = IN_SHORT
) -> list[list[str]]:
    """Text cells, one line a question, part and mode: id, question, asked, a cell a system, predicted, who is better.

    Of the questions that ``short`` names, only the parts that it names; who is better is said of primary outcomes.
    """
    table: list[list[str]] = []
    for key in keys:
        first = [QUESTIONS[key].id, f"{QUESTIONS[key].measure}: {QUESTIONS[key].question}"]
        predicted = read_predictions()[QUESTIONS[key].id] if key in VERDICTS else ""
        parts = dict.fromkeys(row.part for row in rows if row.key == key)
        for part in (part for part in parts if part in short.get(key, parts)):
            for mode, won in find_winners(rows, key, part).items():
                asked = ", ".join(text.replace("_", " ") for text in (part, mode) if text)
                cells = [format_cell(_find_worst(rows, key, part, system, mode)) for system in systems]
                table.append([*first, asked, *cells, predicted, won if key in PRIMARY else ""])
                first = ["", ""]
    return table


def _find_worst(rows: list[Row], key: str, part: str, system: str, mode: str) -> Row | None:
    """A system's figure for a question; where there are several, the largest."""
    found = [row for row in rows if (row.key, row.part, row.system, row.mode) == (key, part, system, mode)]
    return max(found, key=lambda row: float("-inf") if row.value is None else row.value) if found else None


def describe_end(rows: list[Row], passed: bool) -> str:
    if not passed:
        wrong = [row for row in rows if QUESTIONS[row.key].theme in GATED and row.value]
        failed = [f"{row.system} {row.mode}: {row.value:g} ({row.note})" for row in wrong]
        return "The gate G0 fails, so nothing else is compared:\n" + "\n".join(failed)
    hits = [f"{QUESTIONS[key].id} {settle(rows, key)}" for key in VERDICTS if key not in SAME_FACT]
    same = [f"{QUESTIONS[key].id} is the same fact as {QUESTIONS[of].id}" for key, of in SAME_FACT.items()]
    rest = "6, 9, 10 and the change requests: lesson 13."
    return f"Predictions: {', '.join(hits)}. {'; '.join(same)}. {rest}"
