"""One figure of the scorecard, and the questions the figures answer."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from runner.home import REPOSITORY
from runner.steps import SYSTEMS


@dataclass(frozen=True)
class Question:
    """What a figure answers: ``id`` as in PREDICTIONS.md; ``better`` is ``lower``, ``higher`` or ``zero``."""

    id: str
    measure: str
    question: str
    unit: str
    better: str


QUESTIONS = {
    "gate": Question("G0", "same job?", "On frozen facts, how many vectors differ between systems?", "rows", "lower"),
    "oracle": Question("G0", "same job?", "Of 1,000 answers, how many differ from the oracle?", "rows", "lower"),
    "skew": Question("1", "row skew", "How often do training and serving see other vectors?", "share of rows", "lower"),
    "cured": Question("1", "row skew, cured", "And with every marked cause cured?", "share of rows", "lower"),
    "gap": Question(
        "3", "believed vs served", "Served log loss minus believed, in nats: how wrong is the belief?", "nats", "zero"
    ),
    "believed": Question("3", "believed AUC", "Which AUC does the offline evaluation promise?", "AUC", "higher"),
    "served": Question("3", "served AUC", "Which AUC does serving deliver?", "AUC", "higher"),
    "lead": Question("3", "served AUC, lead", "Served AUC minus the rival's, paired by day", "AUC", "higher"),
    "served_loss": Question("3", "served log loss", "Which log loss does serving deliver, in nats?", "nats", "lower"),
    "lead_loss": Question(
        "3", "served log loss, lead", "Served log loss minus the rival's, paired by day", "nats", "lower"
    ),
    "flips": Question("3", "flipped decisions", "How often does the decision flip?", "share of rows", "lower"),
    "age": Question("4", "feature age", "How many minutes old are stored features when used?", "minutes", "lower"),
    "second": Question(
        "11", "second model", "How many CPU seconds does a model added later cost?", "CPU seconds", "lower"
    ),
}
HEADLINES = tuple(QUESTIONS)
CONTEXT = ("believed", "served", "served_loss", "cured")
"""Figures without a winner: all are asked the same rows, so the paired lead decides, not two wide intervals."""
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
    """Who won among figures of one mode; ``tie`` or ``a = b`` where intervals meet; empty where there is no rival."""
    worst: dict[str, tuple[float, float, float]] = {}
    for row in rows:
        cost = _cost(row, better)
        worst[row.system] = max(worst.get(row.system, cost), cost)
    if len(worst) < 2:
        return ""
    best = min(worst.values())
    reaching = [name for name in SYSTEMS if name in worst and worst[name][1] <= best[2]]
    return "tie" if len(reaching) == len(worst) else " = ".join(reaching)


def _cost(row: Row, better: str) -> tuple[float, float, float]:
    """Value, lower and upper end of the interval, turned so that less is better."""
    low, high = row.interval
    if better == "higher":
        return -row.value, -high, -low
    if better == "zero":
        return abs(row.value), 0.0 if low <= 0 <= high else min(abs(low), abs(high)), max(abs(low), abs(high))
    return row.value, low, high


def winners(rows: list[Row], key: str) -> dict[str, str]:
    """Who won a question, mode by mode: only systems that answer the same kind of question are compared."""
    found = [row for row in rows if row.key == key and row.system in SYSTEMS]
    if key in CONTEXT:
        return dict.fromkeys((row.mode for row in found), "")
    modes = dict.fromkeys(row.mode for row in found)
    return {mode: winner([row for row in found if row.mode == mode], QUESTIONS[key].better) for mode in modes}


def hit(rows: list[Row], key: str) -> bool | None:
    """Whether a prediction came true: the predicted system won wherever it competed; a tie was a tie everywhere.

    None if nobody competed.
    """
    predicted, won = predictions()[VERDICTS[key]], winners(rows, key)
    entered = {row.mode for row in rows if row.key == key and row.system == predicted}
    contested = [mode for mode in won if won[mode] and (predicted == "tie" or mode in entered)]
    return all(won[mode] == predicted for mode in contested) if contested else None
