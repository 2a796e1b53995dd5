"""Lines of two teams that can be added up in one's head."""

import math

import pytest

from lab.patterns.monday_lines import (
    Typed,
    add_copies,
    add_template,
    compare_mondays,
    count_new,
    draw_orders,
    find_turns,
    turn_by_rounds,
)

TYPED = Typed(
    copies={"late": 100, "a": 10, "b": 10, "c": 10},
    by_hand={"late": 99, "a": 90, "b": 90, "c": 90},
    template={"late": 1, "a": 5, "b": 5, "c": 5},
    shared=94,
)


def test_lines_are_those_of_every_service_and_the_fixes_of_every_copy():
    assert [add_copies(TYPED, ["late", "a", "b"][:count]) for count in (1, 2, 3)] == [100, 200, 300]


def test_the_template_is_paid_for_on_the_second_monday():
    assert [add_template(TYPED, ["late", "a", "b"][:count]) for count in (1, 2, 3)] == [100, 200, 205]


def test_where_it_turns_is_found():
    ratios = compare_mondays(TYPED)
    assert ratios[1].value == ratios[2].value == 0
    assert ratios[3].value == pytest.approx(math.log(300 / 205))
    assert find_turns(ratios) == {"no difference worth having": [1, 2], "worse": [3, 4]}


def test_a_dear_library_is_worse_for_the_template():
    ratios = compare_mondays(TYPED._replace(shared=1000))
    assert find_turns(ratios)["better"] == [2, 3, 4]


def test_the_more_often_the_shell_is_mended_the_earlier_it_turns():
    turns = turn_by_rounds(TYPED._replace(shared=500))
    assert turns == {"1": 0, "2": 0, "3": 4, "5": 3, "10": 2, "20": 2}
    assert set(turn_by_rounds(TYPED._replace(by_hand=dict.fromkeys(TYPED.copies, 0), shared=500)).values()) == {0}


def test_orders_begin_with_the_first_service_and_hold_all():
    orders = [*draw_orders([*TYPED.copies])]
    assert len(orders) == 200
    assert {order[0] for order in orders} == {"late"}
    assert {tuple(sorted(order)) for order in orders} == {("a", "b", "c", "late")}
    assert len({tuple(order) for order in orders}) == 6


def test_moved_lines_are_not_new_and_each_counts_once(tmp_path):
    (tmp_path / "shell.py").write_text("x = 1\n\n    y = 2\ny = 2\nz = 3\n")
    assert count_new([tmp_path / "shell.py"], "+x = 1\n+y = 2\n") == 2
