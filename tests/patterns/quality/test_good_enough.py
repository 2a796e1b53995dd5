"""Is it good enough: each point is a check that passes and a planted fault that makes it fail; without either, none."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from antipatterns.quality.works_on_my_test_set import test_set
from lab.cards import read_cards
from lab.faults import planted_defects
from lab.faults.injectors import NotInjected
from lab.patterns import scored_strikes as strikes
from lab.patterns.experiment_list import record_of
from lab.patterns.experiments.good_enough import EXHIBIT, RUBRIC, TEST_SET, Plan, measure
from lab.patterns.scored_candidate import Size
from lab.patterns.scored_faults import FAULTS, STOPPING
from lab.patterns.scored_verdicts import (
    find_said,
    find_turn,
    give_points,
    list_noticing,
    order_checks,
    share_noticed,
    share_surviving,
    sum_sections,
)
from problem.contract import FEATURES
from problem.good_enough import Checklist, Item, look
from reference.quality.ml_test_score import checks
from reference.quality.ml_test_score.checks import RANGES

SIDES = {card.id: import_module(card.package) for card in read_cards().values() if card.experiment == "good_enough"}
LIST = SIDES[RUBRIC].CHECKLIST
KIND = {name: name for name in LIST.checks}


def row(system, fault, **says):
    return {"system": system, "fault": fault, "says": says, "cpu": {}}


ROWS = [
    row("a", "", first="", second="", third="always wrong"),
    row("a", "first", first="x", second="", third="always wrong"),
    row("a", "second", first="x", second="x", third="always wrong"),
    row("a", "third", first="", second="", third="always wrong"),
]
ITEMS = {"1": Item("data", "one", "first"), "2": Item("data", "two", "second"), "3": Item("model", "three", "third")}
SMALL = Checklist(dict.fromkeys(("first", "second", "third"), lambda candidate: ""), ITEMS)
OWN = {name: name for name in SMALL.checks}


def test_the_rubric_has_seven_tests_a_section_and_each_has_a_check_or_a_reason():
    sections = pd.Series([item.section for item in LIST.items.values()]).value_counts()
    assert sections.to_dict() == dict.fromkeys(["data", "model", "infrastructure", "monitoring"], 7)
    assert all(bool(item.check) != bool(item.why) for item in LIST.items.values())
    assert sorted(item.check for item in LIST.items.values() if item.check) == sorted(LIST.checks)


def test_every_check_has_a_fault_of_its_own_and_every_fault_a_check():
    assert sorted(fault.check for fault in FAULTS) == sorted(LIST.checks)


def test_the_exhibit_fits_as_the_training_does_and_asks_for_the_margin_that_the_list_asks_for():
    table = make_candidate().learned.assign(asked_at=range(300))

    class Guessing:
        predict_proba = staticmethod(lambda rows: np.full((len(rows), 2), 0.5))

    check = SIDES[EXHIBIT].CHECKLIST.checks[TEST_SET]
    assert "by a constant" in look(check, SimpleNamespace(learned=table, fit=lambda rows: Guessing))
    assert test_set.MARGIN == checks.MARGIN


def test_every_strike_that_does_nothing_is_refused():
    site: Any = SimpleNamespace(system="monolith")
    for strike in (strikes.draw_rows, strikes.mistype_rate, strikes.swap_classes, strikes.forget_some):
        with pytest.raises(NotInjected, match="did what it always does"), strike(site):
            pass
    with pytest.raises(NotInjected):
        strikes.lose_tail_numbers(pd.DataFrame({"tailnum": [None]}))


def test_the_exhibit_has_one_check_and_claims_one_test():
    exhibit = SIDES[EXHIBIT].CHECKLIST
    assert len(exhibit.checks) == 1
    assert {test: item.section for test, item in exhibit.items.items()} == {"M5": LIST.items["M5"].section}


def test_a_point_needs_a_pass_and_a_failure_under_its_own_fault():
    assert give_points(ROWS, "a", SMALL, OWN) == {"1": True, "2": True, "3": False}
    blind = [*ROWS[:2], row("a", "second", first="x", second="", third=""), ROWS[3]]
    assert give_points(blind, "a", SMALL, OWN) == {"1": True, "2": False, "3": False}
    assert sum_sections(give_points(ROWS, "a", SMALL, OWN), SMALL) == {"data": 2, "model": 0}


def test_without_the_check_or_without_the_fault_the_script_fails():
    with pytest.raises(LookupError, match="2 has no check or no planted fault: second"):
        give_points(ROWS, "a", SMALL._replace(checks={"first": SMALL.checks["first"]}), OWN)
    with pytest.raises(LookupError, match="2 has no check or no planted fault: second"):
        give_points(ROWS, "a", SMALL, {"first": "first"})
    with pytest.raises(LookupError, match="no run of a under second: a point needs its planted fault"):
        give_points([of for of in ROWS if of["fault"] != "second"], "a", SMALL, OWN)


def test_a_point_counts_only_for_the_system_named():
    both = [*ROWS, *(row("b", of["fault"], first="", second="", third="") for of in ROWS)]
    assert sum(give_points(both, "b", SMALL, OWN).values()) == 0
    with pytest.raises(LookupError, match="no run of c under no fault"):
        find_said(both, "c", "")


def test_a_check_that_could_not_look_has_found_nothing_unless_the_run_was_to_stop():
    for fault, counts in ((next(iter(STOPPING)), True), ("numbers", False)):
        nothing: Any = None
        rows = [row("a", "", only=""), row("a", fault, only=look(nothing, nothing))]
        side = Checklist({"only": nothing}, {"1": Item("data", "one", "only")})
        assert give_points(rows, "a", side, {"only": fault}) == {"1": counts}
        assert list_noticing(rows, "a", ["only"]) == {fault: ["only"] * counts}


def test_a_check_that_fails_without_a_fault_notices_nothing():
    assert list_noticing(ROWS, "a", OWN) == {"first": ["first"], "second": ["first", "second"], "third": []}


def test_checks_are_put_in_the_order_of_what_each_adds_and_the_last_ones_may_add_nothing_worth_having():
    noticing = {"a": {"x": ["p"], "y": ["p", "q"], "z": ["q"], "none": []}, "b": {"x": ["p"], "y": []}}
    curve = order_checks(noticing)
    assert [step["added"] for step in curve] == ["p", "q"]
    assert [step["noticed"] for step in curve] == pytest.approx([(2 / 4 + 1 / 2) / 2, (3 / 4 + 1 / 2) / 2])
    assert share_noticed(noticing, ["q"]) == {"noticed": 0.25, "low": 0.0, "high": 0.5}
    assert find_turn(curve) == 2
    assert find_turn([*curve, {"checks": 3, "noticed": curve[-1]["noticed"] + 0.01}]) == 2


def test_what_ends_in_silence_or_wrong_answers_does_not_survive():
    outcomes = ("ok", "wrong", "fails silent", "fails loud", "")
    cells = [{"fault": "x", "outcome": outcome} for outcome in outcomes] + [{"fault": "none", "outcome": "wrong"}]
    assert share_surviving(cells) == 0.5


def make_candidate(**other):
    """One that nothing is wrong with, of three hundred flights that say themselves whether they are late."""
    random = np.random.default_rng(0)
    count, features = 300, {name: random.uniform(*edges, 300) for name, edges in RANGES.items()}
    late = pd.Series(random.integers(0, 2, count))
    table = pd.DataFrame(features).assign(flight_id=range(count), origin="JFK", carrier="UA", dest="BOS")
    table = table.reindex(columns=[*table.columns, *(set(FEATURES) - set(table))]).assign(local_hour=late)
    said = late * 0.8 + 0.1
    answers = table.assign(prediction=said, model_version="late@2013-03-14")
    learned = table.assign(label=late)
    parts = {"learned": learned, "fitted": said, "again": said, "answers": answers, "late": late, "as_trained": table}
    more = {"said_as_trained": said, "repeated": said, "right": table.head(9), "words": []}
    return SimpleNamespace(**{**parts, **more, "looked_at": pd.Timestamp("2013-03-20", tz="UTC"), **other})


def test_no_check_finds_anything_wrong_with_a_candidate_that_is_right():
    rates = make_candidate().learned.groupby(["origin", "local_hour"])["label"].mean()
    assert set(rates) == {0.0, 1.0}  # so nothing simpler can be worse: that check is tried on real models
    says = {name: look(check, make_candidate()) for name, check in LIST.checks.items()}
    assert {name: said for name, said in says.items() if said and name != "simpler"} == {}


def test_what_cannot_be_made_is_a_finding_and_not_a_crash():
    class Lost:
        def __getattr__(self, name):
            raise FileNotFoundError("no landings\nmore")

    assert look(LIST.checks["whole_way"], Lost()) == "could not be looked at: FileNotFoundError: no landings"


@pytest.mark.parametrize(
    ("check", "part", "change", "said"),
    [
        ("schema", "answers", lambda of: of.assign(wind_speed=-999.0), "wind_speed: 300 values served outside"),
        ("inputs", "answers", lambda of: of.assign(distance=4999.0), "distance: half of it below 4999"),
        ("inputs", "answers", lambda of: of.assign(temp=float("nan")), "temp: 100% null, 0% in training"),
        ("skew", "as_trained", lambda of: of.assign(temp=of["temp"] + 1), "temp differs in 300 of 300 rows"),
        ("age", "answers", lambda of: of.assign(model_version="late_batch/1"), "late_batch/1 does not say how old"),
        ("age", "looked_at", lambda of: of + pd.Timedelta(days=99), "is 105 days old"),
        ("numbers", "answers", lambda of: of.assign(prediction=float("nan")), "300 of 300 predictions"),
        ("remade", "repeated", lambda of: of + 0.1, "300 of 300 answers cannot be made again"),
        ("reproducible", "again", lambda of: of + 0.1, "300 of 300 rows are answered otherwise"),
        ("served", "answers", lambda of: of.assign(prediction=1 - of["prediction"]), "by a constant"),
        ("slices", "answers", lambda of: of.assign(prediction=1 - of["prediction"]), "JFK"),
        ("versions", "words", lambda of: ["Trying to unpickle from version 0.1"], "Trying to unpickle"),
    ],
)
def test_a_check_says_what_is_wrong(check, part, change, said):
    candidate = make_candidate()
    setattr(candidate, part, change(getattr(candidate, part)))
    assert said in look(LIST.checks[check], candidate)


@pytest.mark.slow
def test_a_small_version_of_the_experiment_gives_and_takes_points(tmp_path, monkeypatch):
    monkeypatch.setattr(planted_defects, "APPLIED", [])  # other tests of this process have planted defects, too
    found = measure(tmp_path, SIDES, Plan([("modular_monolith", "batch")], 1, Size(1500, 120)))
    assert found["headline"]
    name = "modular_monolith, batch"
    assert find_said(found["rows"], name, "schema")["schema"].startswith("wind_speed")
    assert set(found["points"][name]) == {test for test, item in LIST.items.items() if item.check}
    assert found["test_set"][name]["schema"] == []


def test_the_record_is_judged_again_from_its_rows_and_another_row_moves_the_score():
    value = record_of("good_enough").value("result")
    again = {name: give_points(value["rows"], name, LIST, KIND) for name in value["points"]}
    assert again == value["points"]
    name = next(iter(again))
    counted = next(test for test, counts in again[name].items() if counts)
    check = LIST.items[counted].check
    changed = [
        {**of, "says": {**of["says"], check: ""}} if (of["system"], of["fault"]) == (name, check) else of
        for of in value["rows"]
    ]
    assert not give_points(changed, name, LIST, KIND)[counted]
