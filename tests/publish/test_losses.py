"""No log loss stands alone: beside it stands what a constant and a table of rates lose."""

import re
from pathlib import Path

import nbformat
import pytest

from lab.engine.workspace import REPOSITORY
from publish.eight_part import NAME
from publish.marked_parts import BEGIN
from publish.scorecard_part import BESIDE_TABLE

LOSS = re.compile(r"log.?loss|served_loss", re.IGNORECASE)
AMOUNT = re.compile(r"(?<![-+\d.])0\.[2-9]\d")
"""A loss itself; differences are smaller."""
BESIDE = re.compile(r"constant 0\.\d+, table 0\.\d+")
LESSONS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
DECKS = sorted((REPOSITORY / "slides" / "decks").glob("*.md"))


def find_lonely(printed: str) -> bool:
    """Whether a text prints a log loss without those of a constant and of the table."""
    lines = printed.splitlines()
    near = [" ".join(lines[at : at + 2]) for at, line in enumerate(lines) if LOSS.search(line)]
    return any(AMOUNT.search(text) for text in near) and not BESIDE.search(printed)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_each_loss_that_a_lesson_prints_stands_beside_constant_and_table(lesson: Path):
    cells = [cell for cell in nbformat.read(lesson, as_version=4).cells if cell.cell_type == "code"]
    printed = ["".join(output.get("text", "") for output in cell.outputs) for cell in cells]
    assert [text for text in printed if find_lonely(text)] == []


@pytest.mark.parametrize("deck", DECKS, ids=lambda deck: deck.stem)
def test_each_loss_on_a_slide_stands_beside_constant_and_table(deck: Path):
    for slide in re.split(r"\n(?=## )", deck.read_text()):
        if re.search(r"{{ loss_(?!constant|table)", slide):
            assert "{{ loss_constant }}" in slide, slide
            assert "{{ loss_table }}" in slide, slide


@pytest.mark.parametrize(
    ("text", "lonely"),
    [
        ("served log loss 0.53", True),
        ("served_loss\n    monolith 0.530 [0.4, 0.6]", True),
        ("served log loss 0.53\nbeside them: constant 0.559, table 0.540", False),
        ("less log loss by 0.016 [0.004, 0.030]", False),
        ("AUC 0.74", False),
    ],
)
def test_a_lonely_loss_is_found(text, lonely):
    assert find_lonely(text) == lonely


@pytest.mark.parametrize(("page", "part"), [("README.md", NAME), ("docs/scorecard.md", BESIDE_TABLE)])
def test_a_page_says_in_its_first_lines_whose_answers_are_no_better_than_the_table(page, part):
    """That it says so of today's results is held where the part is held."""
    assert BEGIN.format(name=part) in (REPOSITORY / page).read_text().splitlines()[:24]
