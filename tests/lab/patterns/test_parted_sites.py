"""What is counted of a site in trouble, and what a cut weighs: on known cases."""

import numpy as np
import pytest

from lab.load.load_result import Result
from lab.patterns.parted_blast import ALL, BEFORE, RATE, count_lost, summarize_losses, write_window
from lab.patterns.parted_load import compare_loads
from lab.patterns.parted_models import FAULTY
from lab.patterns.parted_times import compare_ways, find_turn
from lab.patterns.parted_weight import Held, add_up, find_size, take_first
from lab.patterns.planted_models import DIES, LEAKS, MILES

QUESTION = {"distance": 500}


def test_a_fault_of_one_question_comes_once_and_the_others_stay():
    for fault, most in ((DIES, 1), (LEAKS, 24)):
        sent, culprit = write_window(fault, QUESTION, ["a", "b", "c"], seconds=1.0)
        hit = [number for number, each in enumerate(sent) if each.body["distance"] == MILES[fault]]
        assert (sent[culprit].kind, culprit >= BEFORE * RATE, hit[0]) == (FAULTY, True, culprit)
        assert len(hit) == 1 if most == 1 else 5 < len(hit) <= most
        assert {sent[number].kind for number in hit} <= {FAULTY, ALL}


def run_with(statuses):
    due = np.arange(len(statuses)) / RATE
    return Result("open", RATE, len(statuses) / RATE, due, due, np.ones(len(statuses)), np.array(statuses), 0.0)


def test_losses_are_those_of_others_and_after_the_culprit():
    kinds = ["a", FAULTY, "a", ALL] * 30
    statuses = [200] * 120
    for lost in (0, 41, 42, 43, 46, 50):
        statuses[lost] = 503
    told = count_lost(kinds, run_with(statuses), culprit=41)
    assert (told["asked"], told["lost"], told["for_all"], told["for_all_answered"]) == (39, 3, 20, 19)
    assert told["seconds"] == pytest.approx((50 - 41) / RATE)
    assert told["by_time"] == [3 / 12, 0.0, 0.0]
    assert count_lost(kinds, run_with([200] * 120), 41)["seconds"] == 0.0
    assert count_lost(kinds, run_with([200] * 41 + [0] * 79), 41)["seconds"] is None


def test_rounds_of_one_fault_and_side_are_put_together():
    row = {
        "fault": DIES,
        "side": "x",
        "asked": 10,
        "for_all": 2,
        "for_all_answered": 1,
        "seconds": 1.0,
        "by_time": [1.0, 0.0],
    }
    rows = [
        row | {"share": share, "worth": share, "lost": 10 * share, "seen": ["held 90 MB, of 80"]}
        for share in (0.2, 0.4)
    ]
    (told,) = summarize_losses(rows)
    assert (told["low"], told["high"], told["for_all"], told["seen"]) == (0.2, 0.4, 0.5, ["held too much"])
    assert told["share"] == pytest.approx(0.3)


def test_a_word_needs_every_round():
    cells = {"k": {"one": [1.0, 1.0], "cut": [2.0, 2.0], "even": [1.1, 0.9], "mixed": [0.5, 2.0]}}
    words = {row["way"]: row["word"] for row in compare_ways(cells, "one")}
    assert words == {"cut": "worse", "even": "no difference worth having", "mixed": "cannot tell"}


def test_a_turn_is_where_a_way_is_better_from_there_on():
    words = {1: "worse", 2: "better", 4: "cannot tell", 8: "better", 16: "better"}
    rows = [{"setting": setting, "way": "cut", "word": word} for setting, word in words.items()]
    assert (find_turn(rows, "cut"), find_turn(rows[:3], "cut"), find_turn(rows, "other")) == (8, None, None)


def test_a_load_is_compared_by_rounds_and_says_what_was_not_answered():
    waits = {"one": (10.0, 10_000.0), "cut": (20.0, 20.0)}
    rows = [
        {"rate": 9, "way": way, "wait": wait, "answered": 1.0 if wait < 100 else 0.2}
        for way, of in waits.items()
        for wait in of
    ]
    (told,) = compare_loads(rows, "one")
    assert (told["way"], told["word"], told["low"], told["high"]) == ("cut", "cannot tell", 0.002, 2.0)
    assert (told["answered"], told["rival_answered"]) == (1.0, 0.6)


def test_shared_pages_count_once_and_a_site_of_fewer_models_leaves_the_others_out():
    held = {"door": Held(10, 5), "a": Held(20, 6), "b": Held(30, 4)}
    assert add_up(held) == 66
    assert add_up(take_first(held, ["a"])) == 36


def test_the_size_from_which_a_cut_hardly_costs_memory():
    rows = [{"models": 8, "one": 100.0, "cut": 600.0}]
    size = find_size(rows) or 0.0
    assert (600 + 8 * size) / (100 + 8 * size) == pytest.approx(1.25)
    assert find_size([{"models": 8, "one": 100.0, "cut": 110.0}]) is None
