"""The table of decisions is made from records: another record, another decision."""

from copy import deepcopy

import pytest

from lab.cards import read_cards
from lab.patterns.decision_rules import RULES
from lab.patterns.decisions import decide, decide_all
from lab.patterns.experiment_list import RESULT, list_experiments, record_of
from publish.decisions_page import render_pages


def read(name):
    return record_of(name).value(RESULT)


def change(record, path, value):
    """The reader of records, with one number of one record changed; a dict in the path picks the row that has it."""
    changed = deepcopy(read(record))
    place = changed
    for step in path[:-1]:
        place = place[step] if isinstance(step, str) else next(row for row in place if step.items() <= row.items())
    place[path[-1]] = value
    return lambda name: changed if name == record else read(name)


CHANGES = [
    ("prepare", {"reads": 2.0}, "batch",
     ("ask_or_queue", ["turns", {"kind": "by the row"}, "high"], 9.0), "synchronous"),
    ("one_form", {"rate": 40.0}, "one_form",
     ("ask_or_queue", ["ratios", {"rate": 40.0, "form": "one_form", "key": "p50"}, "word"], "worse"), "web_single"),
    ("burst", {"rate": 600.0}, "asynchronous",
     ("ask_or_queue", ["bursts", {"rate": 600.0, "form": "asynchronous"}, "until_answered", "taken"], 0.0),
     "web_single"),
    ("keep_answers", {"micros": 1e6}, "prediction_cache",
     ("cache_costs", ["turns", {"way": "prediction cache", "cache": "memory"}, "better"], None), "fetched_every_time"),
    ("on_the_device", {"age": "fresh"}, "edge",
     ("on_the_device", ["ages", {"age": "fresh"}, "word"], "worse"), "round_trip"),
    ("boxes", {"fault": "hangs"}, "horizontal",
     ("one_or_many", ["blast", {"fault": "hangs", "side": "all_in_one"}, "low"], 0.0), "all_in_one"),
    ("way_of_release", {"megabytes": 10}, "model_load",
     ("how_it_gets_there", ["ratios", {"megabytes": 10, "pair": "model_in_image over model_load"}, "word"], "better"),
     "model_in_image"),
    ("who_lets_out", {"broken": 0.4}, "train_then_serve",
     ("train_again", ["turns", "person against straight out", "last"], "cannot tell"), "training_to_serving"),
    ("which_trial", {"seeming": 1.0}, "shadow_ab",
     ("which_is_better", ["seeming", {"seeming": 1.0, "side": "shadow_ab", "rule": "shown"}, "lost"], {"value": 99.0}),
     "shadow_then_online"),
    ("what_to_keep", {"share": 1.0}, "prediction_log",
     ("what_happened", ["shares", {"touched": 1.0, "kept": 1.0, "form": "with vectors"}, "low"], 0.0), "no_logging"),
    ("whether_to_watch", {"requests": 900}, "prediction_monitoring",
     ("would_you_notice", ["turns", "band, set", "requests"], None), "set_and_forget"),
    ("where_to_run", {"wants": ["started again after a crash"]}, "process_then_container",
     ("too_early_a_cluster", ["wanted", "started again after a crash"], ["cluster"]), "kubernetes_too_early"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "given", "before", "changed", "after"), CHANGES, ids=lambda of: of if isinstance(of, str) else ""
)
def test_a_changed_record_changes_the_decision(rule, given, before, changed, after):
    row = {"rule": rule, "given": given, "used": 0, "asked": [], "japanese": []}
    assert decide(row, read).card == before
    assert decide(row, change(*changed)).card == after


def test_every_rule_is_tried_and_rests_on_a_record_that_there_is():
    assert sorted({rule for rule, *_ in CHANGES}) == sorted(RULES)
    assert {record for record, _ in RULES.values()} <= set(list_experiments())


def test_each_row_asks_four_things_in_both_languages_and_names_a_card():
    cards = read_cards()
    for decision in decide_all():
        assert len(decision.asked) == len(decision.japanese) == 4
        assert cards[decision.card].lesson
        assert decision.number


def test_what_is_in_no_record_is_refused():
    with pytest.raises(LookupError, match=r"no row with \{'age': 'a century'\}"):
        decide({"rule": "on_the_device", "given": {"age": "a century"}, "used": 0, "asked": [], "japanese": []}, read)


def test_a_place_that_nobody_offers_is_refused_by_name():
    row = {"rule": "where_to_run", "given": {"wants": ["a limit on memory"]}, "used": 0, "asked": [], "japanese": []}
    with pytest.raises(LookupError, match="no place gives all of a limit on memory"):
        decide(row, change("too_early_a_cluster", ["wanted", "a limit on memory"], []))


def test_the_pages_are_those_of_the_records():
    for path, text in render_pages().items():
        assert path.read_text() == text
