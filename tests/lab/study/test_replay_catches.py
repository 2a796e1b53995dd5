"""What a replay test is put to, and how what it says is counted, on toys whose answers are known."""

from tempfile import gettempdir
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from lab.changes.change_requests import BY_ID
from lab.changes.patched_system import list_patched
from lab.sandbox.patched_copy import list_cures, patched_copy
from lab.study.rulers.replay_alarms import count_alarms, judge_half, judge_request, list_found
from lab.study.rulers.replay_tests import list_windows
from lab.study.steps import replay_run
from lab.study.steps.replay_run import count_questions, run_test
from lab.study.steps.replayed_changes import Change, drop_files, list_changes, list_patches, name_cause
from lab.systems import find_system

ONE = "--- a/x/one.py\n+++ b/x/one.py\n@@ -1 +1 @@\n-1\n+2\n"
NO_FACTS: Any = None
TWO = "--- a/x/two.py\n+++ b/x/two.py\n@@ -1 +1 @@\n-a\n+--- a/x/one.py is a text here\n"


@pytest.mark.parametrize("head", ["", "diff --git a/x b/x\n"])
def test_a_half_of_a_patch_has_the_files_of_one_program_and_no_others(head):
    one, two = head + ONE, head + TWO
    assert drop_files(one + two, ["/x/two.py"]) == one
    assert drop_files(one + two, ["/x/one.py"]) == two
    assert drop_files(one + two, ["/x/three.py"]) == one + two


def test_every_cause_and_every_patch_is_put_to_the_test_and_halves_of_those_that_change_both_programs(tmp_path):
    changes = list_changes(find_system("split"), tmp_path)
    names = {kind: [change.name for change in changes if change.kind == kind] for kind in ("cause", "request", "half")}
    assert names["cause"] == [name_cause(cure) for cure in list_cures("split")]
    assert names["request"] == list_patched("split")
    for change in changes:
        assert len(change.cures) == len(list_cures("split")) - (change.kind == "cause") or change.name == "as it is"
    texts = {change.name: change.patches[-1].read_text() for change in changes if change.kind == "half"}
    for request in {name.partition(",")[0] for name in texts}:
        offline, online = (texts[f"{request}, {program}"] for program in find_system("split").programs)
        assert "/offline.py" in offline
        assert "/offline.py" not in online
        assert "/online.py" in online
        assert "/online.py" not in offline
    assert {name.partition(",")[0] for name in texts} < set(names["request"])


def test_a_cause_whose_cure_does_not_fit_the_changed_code_is_named():
    cures = tuple(list_cures("split"))
    patches = list_patches(BY_ID["C10"], "split")
    with patched_copy(patches) as copy:
        assert Change("request", "C10", patches, cures).cure(copy) == ["departure_hour_weather"]
    with patched_copy([]) as copy:
        assert Change("system", "cured", (), cures).cure(copy) == []


ASKED = pd.DataFrame(
    {
        "asked_at": pd.to_datetime(
            ["2013-05-01 03:59Z", "2013-05-01 04:00Z", "2013-05-01 04:30Z", "2013-05-02 09:00Z"]
        ),
        "flight_id": range(4),
    }
)


def test_hours_are_numbered_in_order_and_belong_to_days_of_new_york():
    hours = count_questions(ASKED)
    assert hours["number"].tolist() == [0, 1, 2]
    assert hours["questions"].tolist() == [1, 2, 1]
    assert hours["day"].tolist() == ["2013-04-30", "2013-05-01", "2013-05-02"]
    assert list_windows(hours) == {
        "1 hour": [{0}, {1}, {2}],
        "1 day": [{0}, {1}, {2}],
        "7 days": [{0, 1, 2}],
    }


@pytest.fixture
def finds(monkeypatch):
    """Stands for a replay test that finds these places: {(row, feature)}."""

    def test_finding(places):
        index = pd.MultiIndex.from_frame(ASKED[["flight_id", "asked_at"]])
        table = pd.DataFrame(False, index=index, columns=["temp", "visib"])
        for row, feature in places:
            table.iloc[row, table.columns.get_loc(feature)] = True
        toy = SimpleNamespace(replay=lambda *_: (table, table), find_differing=lambda left, _: left)
        monkeypatch.setattr(replay_run, "find_test", lambda _: toy)

    return test_finding


def test_a_run_tells_how_many_rows_differ_in_which_features_and_hours(finds):
    finds({(1, "temp"), (2, "temp"), (3, "temp")})
    assert run_test("split", NO_FACTS, ASKED) == {"error": "", "rows": 3, "features": "temp", "hours": "1 2"}
    finds(set())
    assert run_test("split", NO_FACTS, ASKED) == {"error": "", "rows": 0, "features": "", "hours": ""}


def test_a_test_that_raises_is_told_by_what_it_raised(monkeypatch):
    def fails(*_):
        raise KeyError(f"temp in {gettempdir()}/tmp12_x/late.joblib")

    monkeypatch.setattr(replay_run, "find_test", lambda _: SimpleNamespace(replay=fails, find_differing=None))
    assert run_test("split", NO_FACTS, ASKED) == {"error": "KeyError: 'temp in home/late.joblib'"}


def test_a_system_without_a_replay_test_is_told():
    with pytest.raises(LookupError, match="monolith has no replay test"):
        replay_run.find_test(find_system("monolith"))


def change(kind, name, **told):
    blank = dict.fromkeys(("error", "features", "hours", "uncured", "skew"), "")
    return blank | {"kind": kind, "name": name} | told


def test_a_change_is_found_by_a_window_that_holds_an_hour_in_which_it_shows_beyond_what_is_allowed():
    caught = pd.DataFrame(
        [
            change("mutant", "often", features="temp", hours="0 1 2"),
            change("mutant", "at night", features="temp visib", hours="2"),
            change("mutant", "never"),
            change("mutant", "breaks", error="KeyError"),
        ]
    )
    assert list_found(caught, {0}).tolist() == [True, False, False, True]
    assert list_found(caught, {1, 2}).tolist() == [True, True, False, True]
    assert list_found(caught, {2}, {"temp"}).tolist() == [False, True, False, True]


LEFT = change("cause", "warm", features="temp", skew="temp precip")


@pytest.mark.parametrize(
    ("told", "request_is", "half_is"),
    [
        ({}, "green, no skew", "green"),
        ({"features": "visib", "skew": "visib"}, "red, skew", "red, by a difference"),
        ({"features": "visib"}, "red, no skew", "red, by a difference"),
        ({"skew": "visib"}, "green, skew", "green"),
        ({"error": "KeyError"}, "red, by an error", "red, by an error"),
        ({"features": "temp", "skew": "temp precip", "uncured": "warm"}, "green, no skew", "hidden by a cause"),
        ({"features": "temp", "uncured": "", "skew": "temp"}, "red, skew", "red, by a difference"),
        ({"features": "temp visib", "skew": "visib", "uncured": "warm"}, "red, skew", "red, by a difference"),
    ],
)
def test_an_alarm_is_judged_by_what_the_contract_finds_and_a_cause_that_stayed_is_no_alarm(told, request_is, half_is):
    caught = pd.DataFrame([LEFT, change("request", "C1", **told), change("half", "C1, one", **told)])
    assert judge_request(caught.iloc[1], caught) == request_is
    assert judge_half(caught.iloc[2], caught) == half_is
    counted = {row.part: row.value for row in count_alarms("split", caught)}
    assert counted[f"request: {request_is}"] == counted[f"half: {half_is}"] == 1.0
    assert sum(value or 0.0 for value in counted.values()) == 2.0
