"""The map of touched code: where the system in question loses most stands on top, and dark means much."""

import pytest

from measure.figures.impact_map import DARKEST, Touched, darkness, order

CELLS = [
    Touched("won", "monolith", 40, "40"),
    Touched("won", "fti", 4, "4"),
    Touched("lost", "monolith", 1, "1"),
    Touched("lost", "fti", 90, "90"),
    Touched("alone", "monolith", None, "cannot"),
    Touched("alone", "fti", 3, "3"),
]


def test_the_greatest_loss_is_on_top_and_what_has_no_rival_last():
    assert order(CELLS, "fti") == ["lost", "won", "alone"]
    assert order(CELLS, "monolith") == ["won", "lost", "alone"]


@pytest.mark.parametrize(("nodes", "dark"), [(None, 0), (0, 0), (DARKEST, 1), (10 * DARKEST, 1)])
def test_ends_of_the_scale(nodes, dark):
    assert darkness(nodes) == dark


def test_more_is_darker():
    assert 0 < darkness(1) < darkness(2) < darkness(100) < 1
