"""Numbers that PREDICTIONS.md states: each is there, and its verdict follows from what came."""

import tomllib

import pytest

from lab.engine.workspace import REPOSITORY
from lab.study.evidence import Evidence, NoEvidence
from lab.study.expected_numbers import FILE, judge_number, list_numbers
from lab.study.scorecard_questions import QUESTIONS
from lab.study.scorecard_rows import Row

NUMBERS = tomllib.loads(FILE.read_text())["number"]


def test_each_number_is_one_of_the_page_and_about_a_figure():
    page = (REPOSITORY / "PREDICTIONS.md").read_text()
    for number in NUMBERS:
        assert number["said"] in page
        assert number["score"] in QUESTIONS


@pytest.mark.parametrize(
    ("asked", "value", "verdict"),
    [
        ({"score": "served", "expected": 0.68}, 0.685, "hit"),
        ({"score": "served", "expected": 0.68}, 0.749, "miss"),
        ({"score": "wider", "expected": 1.33}, 1.5, "hit"),
        ({"score": "wider", "expected": 1.33}, 1.7, "miss"),
        ({"score": "second", "expected": 0.5, "is": "at least"}, 0.6, "hit"),
        ({"score": "second", "expected": 0.5, "is": "at least"}, 0.4, "miss"),
        ({"score": "second", "expected": 1, "is": "at most"}, 0.9, "hit"),
    ],
)
def test_a_hit_lies_within_the_margin_or_on_the_right_side(asked, value, verdict):
    assert judge_number(asked, value) == verdict


def test_a_number_over_another_is_their_ratio():
    rows = [Row(n["score"], n["system"], n["mode"], 3.0, part=n.get("part", "")) for n in NUMBERS]
    rows += [Row(n["over"]["score"], n["over"]["system"], n["over"]["mode"], 4.0) for n in NUMBERS if "over" in n]
    told = {line[0]: line[2] for line in list_numbers(Evidence(rows[::-1], []))}
    assert told["CPU of the second model, FTI over the monolith, at least"] == "0.75"
    with pytest.raises(NoEvidence):
        list_numbers(Evidence(rows[:3], []))
