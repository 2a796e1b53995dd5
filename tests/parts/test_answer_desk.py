"""A desk for answers that come later: what it has given an id is not lost, and what it says does not change."""

import time

import pytest

from parts.answer_desk.answer_desk import Desk


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path / "desk.db")


def test_what_was_taken_by_somebody_who_died_is_given_out_again_alone(desk, tmp_path):
    first, second = (desk.accept({"number": number}) for number in (1, 2))
    assert list(desk.take(9, 0.0)) == [first, second]
    other = Desk(tmp_path / "desk.db")
    assert [list(other.take(9, 60.0)) for _ in range(3)] == [[first], [second], []]
    other.give({first: 0.25}, "big/1")
    assert desk.find(first) == ("ready", 0.25, "big/1")
    assert desk.find(second).state == "waiting"


def test_an_answer_that_is_there_stays_as_it_is(desk):
    answer_id = desk.accept({})
    for prediction in (0.25, 0.75):
        desk.give({answer_id: prediction}, f"big/{prediction}")
    assert desk.find(answer_id) == ("ready", 0.25, "big/0.25")


def test_a_desk_takes_no_more_than_may_wait_and_forgets_only_what_is_done(desk):
    kept = [desk.accept({}, most=2) for _ in range(3)]
    assert kept[2] is None
    desk.give({kept[0]: 0.5}, "big/1")
    desk.forget(time.time() + 1)
    assert desk.find(kept[0]) is None
    assert desk.find(kept[1]).state == "waiting"
    assert desk.accept({}, most=2)
