"""One figure of the scorecard."""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd

from lab.study.scorecard_questions import QUESTIONS
from measure.data.days import Estimate

EARLY_ROWS = "rows.json"
"""The file in which a step leaves rows by ruler."""
NEVER = "infinity"
EVERY = "any"
"""The mode of figures that do not depend on the kind of question."""


@dataclass(frozen=True)
class Row:
    """One line of ``scorecard.json``: a value with its 95 % interval (``low``, ``high``; null where it has none).

    A ``value`` of None says that the question does not apply to the system; ``note`` then holds the reason. ``part``
    tells figures of one question apart: a cause, a stage, a number of models. ``rounds``: the figure in each round,
    where systems took turns: what made a round slow made it so for all.
    """

    key: str
    system: str
    mode: str
    value: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""
    part: str = ""
    rounds: tuple[float, ...] = ()

    @property
    def interval(self) -> tuple[float, float]:
        """``low`` and ``high``, or the bare value twice; raises ``ValueError`` where the question does not apply."""
        if self.value is None:
            raise ValueError(f"{self.key} does not apply to {self.system}: {self.note}")
        return (self.value, self.value) if self.low is None or self.high is None else (self.low, self.high)

    def as_json(self, predicted: str) -> dict[str, Any]:
        """The row with its question and the system that PREDICTIONS.md expected to win the measure."""
        # JSON has no infinity: it is written as a word.
        figures = {name: NEVER if value == math.inf else value for name, value in asdict(self).items()}
        return asdict(QUESTIONS[self.key]) | figures | {"predicted": predicted}


def read_row(written: dict[str, Any]) -> Row:
    """The row that ``as_json`` has written, also before there were ``rounds``."""
    figures: dict[str, Any] = {name: written[name] for name in Row.__dataclass_fields__ if name in written}
    figures |= {name: math.inf for name, value in figures.items() if value == NEVER}
    return Row(**figures | {"rounds": tuple(figures.get("rounds", ()))})


def read_early_rows(steps: Path, names: Iterable[str]) -> dict[str, list[Row]]:
    """The rows that steps of these names have left (see ``lab.study.steps.early_rows``), by ruler."""
    found: dict[str, list[Row]] = {}
    for name in names:
        for ruler, rows in json.loads((steps / name / EARLY_ROWS).read_text()).items():
            found.setdefault(ruler, []).extend(Row(**row | {"rounds": tuple(row["rounds"])}) for row in rows)
    return found


def make_row(key: str, system: str, mode: str, figure: Estimate, note: str = "", part: str = "") -> Row:
    """The line of a figure with its interval."""
    return Row(key, system, mode, figure.value, figure.low, figure.high, note, part)


def make_spread(key: str, system: str, mode: str, rounds: pd.Series, note: str, part: str = "") -> Row:
    """The line of a figure taken in several rounds: their median, and as its interval their extremes."""
    figures = (float(rounds.median()), float(rounds.min()), float(rounds.max()))
    return Row(key, system, mode, *figures, note, part, tuple(map(float, rounds)))


def make_absent(key: str, system: str, mode: str, reason: str, part: str = "") -> Row:
    """A question that does not apply to a system, and why."""
    return Row(key, system, mode, None, note=reason, part=part)


def pair_rounds(own: Row, rival: Row) -> Estimate | None:
    """Of two figures that were taken by turns, the ratio within each round: median, least and most.

    None for others, and where there is no ratio because the rival's figure is 0.
    """
    if not own.rounds or len(own.rounds) != len(rival.rounds) or 0 in rival.rounds:
        return None
    ratios = [mine / theirs for mine, theirs in zip(own.rounds, rival.rounds, strict=True)]
    return Estimate(median(ratios), min(ratios), max(ratios))
