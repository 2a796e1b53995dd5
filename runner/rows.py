"""One figure of the scorecard, and the questions the figures answer."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from runner.home import REPOSITORY
from runner.steps import SYSTEMS


@dataclass(frozen=True)
class Question:
    """What a figure answers: ``id`` and ``measure`` as in PREDICTIONS.md; ``better`` is ``lower`` or ``higher``."""

    id: str
    measure: str
    question: str
    unit: str
    better: str


QUESTIONS = {
    "gate": Question("G0", "same job?", "On frozen facts, which vectors differ from the others'?", "rows", "lower"),
    "oracle": Question(
        "G0", "same job?", "Which of 1,000 answers differ from the oracle at their age?", "rows", "lower"
    ),
    "skew": Question(
        "1", "row skew", "On which rows do training and serving see another vector?", "share of rows", "lower"
    ),
    "cured": Question("1", "row skew, cured", "And with every marked cause cured?", "share of rows", "lower"),
    "gap": Question(
        "3", "believed vs served", "How much worse is the served log loss than the believed?", "nats", "lower"
    ),
    "believed": Question("3", "believed AUC", "Which AUC does the offline evaluation promise?", "AUC", "higher"),
    "served": Question("3", "served AUC", "Which AUC does serving deliver?", "AUC", "higher"),
    "flips": Question("3", "flipped decisions", "On which rows does the decision flip?", "share of rows", "lower"),
    "age": Question("4", "feature age", "How old are the stored features when used?", "minutes", "lower"),
    "second": Question("11", "second model", "CPU for a second model, as a share of the first", "ratio", "lower"),
}
HEADLINES = ("gate", "oracle", "skew", "cured", "believed", "served", "gap", "flips", "age", "second")
VERDICTS = {"gate": "G0", "skew": "1", "gap": "3", "age": "4", "second": "11"}
"""The figure that decides each prediction so far."""


@dataclass(frozen=True)
class Row:
    """One line of ``scorecard.json``: a value with its 95 % interval (``low``, ``high``; null where it has none)."""

    key: str
    system: str
    mode: str
    value: float
    low: float | None = None
    high: float | None = None
    note: str = ""

    @property
    def interval(self) -> tuple[float, float]:
        """``low`` and ``high``, or the bare value twice."""
        return (self.value, self.value) if self.low is None or self.high is None else (self.low, self.high)

    def as_json(self, predicted: str) -> dict[str, Any]:
        """The row with its question and the system that PREDICTIONS.md expected to win the measure."""
        return asdict(QUESTIONS[self.key]) | asdict(self) | {"predicted": predicted}


def predictions() -> dict[str, str]:
    """Who was expected to win each measure, by its id, read from PREDICTIONS.md."""
    text = (REPOSITORY / "PREDICTIONS.md").read_text()
    found = re.findall(r"^\| *(G0|P|C?\d+) *\| *[^|]+\| *(\w+) *\|", text, flags=re.MULTILINE)
    return dict(found)


def winner(rows: list[Row], better: str) -> str:
    """Who won: the best system, ``tie`` if another's interval reaches it; a system counts with its worse mode."""
    sign = 1 if better == "lower" else -1
    worst: dict[str, Row] = {}
    for row in rows:
        if row.system not in worst or sign * row.value > sign * worst[row.system].value:
            worst[row.system] = row
    ranked = sorted(worst.values(), key=lambda row: sign * row.value)
    reaching = [row.system for row in ranked if _overlap(row, ranked[0])]
    if len(reaching) == len(ranked) > 1:
        return "tie"
    return " = ".join(name for name in SYSTEMS if name in reaching)


def _overlap(row: Row, best: Row) -> bool:
    (low, high), (best_low, best_high) = row.interval, best.interval
    return low <= best_high and best_low <= high
