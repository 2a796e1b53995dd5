"""The questions of the scorecard, theme by theme: what is asked, in which unit, and which way is better."""

import tomllib
from dataclasses import dataclass

from lab.engine.workspace import REPOSITORY


@dataclass(frozen=True)
class Question:
    """What a figure answers: ``id`` as in PREDICTIONS.md, or as in claims.toml.

    ``better`` is ``lower``, ``higher``, ``zero`` or ``context``.

    A figure of context has no winner: it is there to read the others by.
    """

    theme: str
    id: str
    measure: str
    question: str
    unit: str
    better: str = "lower"


FILE = REPOSITORY / "lab" / "study" / "scorecard_questions.toml"
THEMES: dict[str, dict[str, list[str]]] = tomllib.loads(FILE.read_text())
QUESTIONS = {key: Question(theme, *asked) for theme, keys in THEMES.items() for key, asked in keys.items()}
LEADS = ("lead", "lead_loss", "lead_worlds", "refit_lead")
"""Paired differences between two systems, held against 0."""
PRIMARY = ("gap", "cochange", "six_models")
"""The primary outcomes. Everything else is description, and the scorecard says of nothing else who is better."""
VERDICTS = {
    "gate": "G0",
    "skew": "1",
    "monitor": "2",
    "gap": "3",
    "age": "4",
    "cochange": "5",
    "propagation": "7",
    "cognitive": "8",
    "all_models": "11",
    "definitions": "12",
    "cheapest": "P",
}
"""The figure that decides each prediction so far."""
SAME_FACT = {"definitions": "skew"}
"""Figures that follow from another: a feature has two definitions by value where one of its cells is skewed."""
