"""The numbers that PREDICTIONS.md states, beside those that came."""

import tomllib
from typing import Any

from lab.engine.workspace import REPOSITORY
from lab.study.evidence import Evidence, find_margin_of
from lab.study.verdicts import HIT, MISS
from measure.data.comparison import Margin, Word, compare_costs
from measure.data.days import Estimate

FILE = REPOSITORY / "lab" / "study" / "expected_numbers.toml"
HEADINGS = ["predicted", "number", "came", ""]


def list_numbers(evidence: Evidence) -> list[list[str]]:
    """Text cells (``HEADINGS``), a line a number; raises ``NoEvidence`` if a result is not there."""
    return [_list_number(asked, evidence) for asked in tomllib.loads(FILE.read_text())["number"]]


def _list_number(asked: dict[str, Any], evidence: Evidence) -> list[str]:
    came = evidence.find(asked)
    over = evidence.find(asked["over"]) if "over" in asked else None
    value = came.value / over.value if over else came.value
    return [asked["what"], f"{asked['expected']:g}", f"{value:.3g}", judge_number(asked, value)]


def judge_number(asked: dict[str, Any], value: float) -> str:
    """Whether a number lies within the margin of the one expected, or (``is``) on the side that was expected."""
    figures = [Estimate(number, number, number) for number in (value, asked["expected"])]
    margin = Margin(asked["within"]) if "within" in asked else find_margin_of(asked)
    word = compare_costs(figures[0], figures[1], margin)
    sides = {"at least": value >= asked["expected"], "at most": value <= asked["expected"]}
    return HIT if sides.get(asked.get("is", ""), word == Word.NO_DIFFERENCE) else MISS
