"""Ratios between ways to ship, on known answers."""

from typing import Any

import pytest

from lab.patterns.shipped_mixes import count_silent, describe
from lab.patterns.shipped_ratios import compare_hosts, compare_updates, summarize
from lab.patterns.shipped_ways import HAND, IMAGE, LOAD
from measure.data.comparison import Word

SECONDS = {HAND: 1.0, LOAD: 2.0, IMAGE: 3.0}


def test_a_planted_ratio_is_found_and_the_first_release_is_left_out():
    rows = [
        {"megabytes": 1, "release": number, "way": way, "seconds": 99 if number == 1 else number * seconds}
        for number in range(1, 5)
        for way, seconds in SECONDS.items()
    ]
    found = {row["pair"]: (row["value"], row["low"], row["high"], row["rounds"]) for row in compare_updates(rows)}
    assert found == {
        "model_in_image over model_load": (1.5, 1.5, 1.5, 3),
        "model_load over copied_by_hand": (2.0, 2.0, 2.0, 3),
        "copied_by_hand over model_load": (0.5, 0.5, 0.5, 3),
    }


def test_hosts_are_divided_by_one_host_and_by_hand_in_the_same_round():
    rows = [
        {"round": number, "way": way, "hosts": hosts, "seconds": (number + 1) * hosts**power}
        for number in range(3)
        for hosts in (1, 4)
        for way, power in ((HAND, 1.0), (LOAD, 0.5))
    ]
    found = {(row["way"], row["hosts"], row["over"]): row["value"] for row in compare_hosts(rows)}
    assert found[LOAD, 4, "one host"] == pytest.approx(2)
    assert found[LOAD, 4, "by hand"] == pytest.approx(0.5)
    assert found[HAND, 4, "one host"] == pytest.approx(4)
    assert {found[way, 1, "one host"] for way in (HAND, LOAD)} == {1}


@pytest.mark.parametrize(
    ("ratios", "word"),
    [
        ([1.0, 1.1, 0.9], Word.NO_DIFFERENCE),
        ([1.3, 1.4, 1.1], Word.WORSE),
        ([0.7, 0.5, 0.9], Word.BETTER),
        ([1.3, 1.4, 0.9], Word.CANNOT_TELL),
        ([1.1, 1.2, 1.3], Word.CANNOT_TELL),
        ([9.0], Word.CANNOT_TELL),
    ],
)
def test_the_word_of_known_rounds(ratios, word):
    assert summarize(ratios)["word"] == word.value


def test_silent_are_wrong_answers_without_an_error_where_the_contract_was_counted():
    rows: list[dict[str, Any]] = [
        {"way": HAND, "counted": True, "said": "answers", "difference": 0.1},
        {"way": HAND, "counted": True, "said": "status 500: x", "difference": None},
        {"way": LOAD, "counted": False, "said": "answers", "difference": 0.1},
        {"way": IMAGE, "counted": True, "said": "answers", "difference": 0.0},
    ]
    assert count_silent(rows) == {HAND: 1, IMAGE: 0, LOAD: 0}
    assert [describe(row["said"], row["difference"]) for row in rows] == [
        "answers wrong",
        "error",
        "answers wrong",
        "answers right",
    ]
    assert describe("model 2 is made for another", None) == "refused"
