"""Cumulated costs against curves worked out by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measure.cost.break_even import CannotBreakEven, Curve, break_even, curve, draw, recompute_factor

costs = st.floats(0, 1e6)


def test_a_curve_adds_up_what_was_paid_before_and_for_each_model():
    paid = curve(10, [1, 2, 4])
    assert paid == Curve((11.0, 13.0, 17.0))
    assert paid.models == 3
    assert paid.marginal == 3.0
    assert [paid.after(k) for k in (1, 3, 5)] == [11.0, 17.0, 23.0]


def test_one_model_alone_is_its_own_marginal_cost():
    assert curve(1, [4]).marginal == 5.0


@pytest.mark.parametrize(
    ("setup", "own", "rival", "expected"),
    [
        (0, [1, 1, 1], [2, 2, 2], 1),  # cheaper from the start
        (2, [1, 1, 1], [2, 2, 2], 2),  # 3 > 2, then 4 <= 4: equal is enough
        (3, [1, 1, 1], [2, 2, 2], 3),
        (4, [1, 1, 1], [2, 2, 2], 4),  # beyond the measured, to the model
        (9.5, [1, 1, 1], [2, 2, 2], 10),
        (1, [2, 2, 2], [2, 2, 2], math.inf),  # never makes it up
        (0, [2, 2, 2], [2, 2, 2], 1),
        (0, [1, 3, 3], [2, 2, 2], math.inf),  # a lead that is lost for good
        (0, [1, 3.2, 0.6], [2, 2, 2], 3),  # ahead, behind, ahead
        (1, [1], [3], 1),
    ],
)
def test_break_even_is_where_the_curves_meet(setup, own, rival, expected):
    assert break_even(curve(setup, own), curve(0, rival)) == expected


@given(setup=costs, each=st.lists(costs, min_size=1, max_size=6))
def test_a_system_breaks_even_with_itself_at_once(setup, each):
    assert break_even(curve(setup, each), curve(setup, each)) == 1


@given(setup=st.floats(1, 1e3), each=st.floats(0.1, 10), saved=st.floats(0.1, 10))
def test_from_break_even_on_it_is_cheaper_and_before_it_was_not(setup, each, saved):
    own, rival = curve(setup, [each] * 3), curve(0, [each + saved] * 3)
    k = break_even(own, rival)
    assert own.after(int(k)) <= rival.after(int(k)) * (1 + 1e-9)
    assert k == 1 or own.after(int(k) - 1) >= rival.after(int(k) - 1) * (1 - 1e-9)


@pytest.mark.parametrize(
    ("setup", "each", "says"),
    [
        (1, [], "^name the cost of at least one model$"),
        (-1, [1], "^costs must be finite and not negative$"),
        (0, [math.nan], "must be finite"),
    ],
)
def test_costs_that_make_no_curve_are_refused(setup, each, says):
    with pytest.raises(CannotBreakEven, match=says):
        curve(setup, each)


def test_nothing_paid_is_a_cost_like_any_other():
    assert curve(0, [0]) == Curve((0.0,))


def test_the_recompute_factor_counts_values_against_those_needed():
    assert recompute_factor(400, 100, 4) == 1.0
    assert recompute_factor(200, 100, 4) == 0.5
    assert recompute_factor(0, 1, 1) == 0.0
    for questions, features in ((0, 4), (4, 0)):
        with pytest.raises(CannotBreakEven, match=r"^no values are needed: no factor$"):
            recompute_factor(1, questions, features)


def test_the_figure_is_written(tmp_path):
    curves = {("monolith", "batch"): curve(0, [4, 4]), ("fti", "batch"): curve(3, [1, 1])}
    draw(curves, "CPU seconds", tmp_path / "k.png")
    assert (tmp_path / "k.png").stat().st_size > 10_000
