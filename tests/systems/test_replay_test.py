"""The split's own replay test: it sees what one half does alone, and what both do alike it cannot see."""

import ast
from pathlib import Path

import pandas as pd
import pytest

from antipatterns.systems.split import offline, online
from antipatterns.systems.split.adapters import replay_test
from lab.sandbox.patched_copy import list_cures, patched_copy
from lab.sandbox.sandbox import Sandbox
from problem.contract import CATEGORIES, FEATURES
from problem.questions import CUT_OFF, questions, scheduled_between

pytestmark = pytest.mark.slow

LENDERS = ("antipatterns.systems.split", "problem.contract", "problem.facts", "problem.questions", "problem.world")


@pytest.fixture(scope="module")
def asked(facts):
    """Four hours of one day."""
    return scheduled_between(questions(facts, "real_time"), CUT_OFF - pd.Timedelta("8h"), CUT_OFF - pd.Timedelta("4h"))


def find_features(facts, asked):
    differing = replay_test.find_differing(*replay_test.replay(facts, asked))
    assert len(differing) == len(asked) > 200
    return {feature for feature in FEATURES if differing[feature].any()}


@pytest.fixture
def age_differently(monkeypatch):
    """Makes a half think that every aircraft is a year older."""

    def older(half):
        if half == "offline":
            before = offline.add_aircraft
            monkeypatch.setattr(
                offline, "add_aircraft", lambda *a: before(*a).assign(aircraft_age=lambda t: t["aircraft_age"] + 1)
            )
        else:
            look = online.State._aircraft
            monkeypatch.setattr(online.State, "_aircraft", lambda *a: _add_a_year(look(*a)))

    return older


def _add_a_year(found):
    age = found["aircraft_age"]
    return found | {"aircraft_age": None if age is None else age + 1}


@pytest.mark.parametrize(("halves", "seen"), [(["offline"], True), (["online"], True), (["offline", "online"], False)])
def test_a_change_of_one_half_is_seen_and_the_same_change_of_both_is_not(halves, seen, facts, asked, age_differently):
    assert "aircraft_age" not in find_features(facts, asked)
    for half in halves:
        age_differently(half)
    assert ("aircraft_age" in find_features(facts, asked)) == seen


def test_as_the_split_is_the_test_is_red_and_names_features_with_their_rows():
    with pytest.raises(AssertionError, match=r"rows of \d+ that differ:\n(.*\n)* *origin_dep_delay_2h +\d+"):
        replay_test.test_both_halves_make_the_same_of_the_last_day_before_the_release()


def test_with_every_cause_cured_nothing_differs_in_a_week():
    with patched_copy(list_cures("split")) as copy:
        found = Sandbox(copy).call("lab.study.steps.replay_run:run_here", name="split", ground=None)
    assert found == {"error": "", "rows": 0, "features": "", "hours": ""}


def table(**changed):
    values = {name: "text" if name in CATEGORIES else 7.0 for name in FEATURES}
    rows = [{"flight_id": n, "asked_at": pd.Timestamp("2013-05-01", tz="UTC")} | values | changed for n in (1, 2)]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        (None, None, False),
        (None, 7.0, True),
        (0.0, None, True),
        (7.0, 7.0 + 1e-9, False),
        (7.0, 7.001, True),
        (1e9, 1e9 + 1, False),
        (0.0, 1e-9, False),
    ],
)
def test_numbers_differ_from_another_null_and_from_more_than_the_last_digits(one, other, differs):
    found = replay_test.find_differing(table(temp=one), table(temp=other))
    assert found["temp"].tolist() == [differs, differs]
    assert not found.drop(columns="temp").any(axis=None)


def test_texts_are_compared_and_rows_are_found_by_their_keys():
    moved = table()[::-1]
    moved.loc[moved["flight_id"] == 2, "dest"] = "ORD"
    found = replay_test.find_differing(table(), moved)
    assert found["dest"].tolist() == [False, True]
    assert found.sum().sum() == 1


def test_an_answer_that_is_missing_is_no_agreement():
    with pytest.raises(KeyError):
        replay_test.find_differing(table(), table().head(1))


def test_the_test_borrows_nothing_but_the_door_the_contract_and_pandas():
    tree = ast.parse(Path(replay_test.__file__).read_text())
    imported = {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    ours = {
        name for name in imported if name.partition(".")[0] in ("antipatterns", "lab", "measure", "problem", "parts")
    }
    assert all(name.startswith(LENDERS) for name in ours)
    assert [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names] == ["pandas"]
