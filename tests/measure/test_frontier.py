"""Which refresh intervals are worth their price."""

import pytest

from measure.data.days import Estimate
from measure.data.frontier import Choice, draw, draw_ages, frontier


def choice(name: str, cpu: float, regret: float) -> Choice:
    return Choice(name, cpu, Estimate(regret, regret - 0.01, regret + 0.01))


def test_a_choice_that_another_beats_in_both_respects_is_not_on_the_frontier():
    choices = [choice("week", 1, 0.5), choice("day", 2, 0.2), choice("clumsy", 3, 0.3), choice("hour", 9, 0.1)]
    assert frontier(choices) == ["week", "day", "hour"]


def test_of_two_that_predict_alike_the_cheaper_one_stays():
    assert frontier([choice("dear", 5, 0.1), choice("cheap", 1, 0.1)]) == ["cheap"]
    assert frontier([choice("worse", 1, 0.2), choice("better", 1, 0.1)]) == ["better"]


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_in_which_choices_are_given_does_not_matter(order):
    choices = [choice("a", 1, 0.4), choice("b", 2, 0.3), choice("c", 3, 0.35)]
    assert frontier(choices[::order]) == ["a", "b"]


def test_both_figures_are_drawn(tmp_path):
    draw([choice("day", 1, 0.2), choice("hour", 10, 0.1)], "fti", tmp_path / "frontier.png")
    draw_ages({"hour": [1, 30, 59]}, {"hour": 60}, "fti", tmp_path / "ages.png")
    assert {file.name for file in tmp_path.iterdir()} == {"frontier.png", "ages.png"}
