"""Troubles of a service that is recorded: each is where it says and nothing else, and what finds it is counted."""

from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from lab.cards import read_cards
from lab.faults.injectors import NotInjected
from lab.patterns.asked_flights import USUAL, make_vectors
from lab.patterns.experiments.what_happened import DIAGNOSED, keep, list_forms, tell
from lab.patterns.recorded_case import Struck
from lab.patterns.recorded_checks import verify
from lab.patterns.recorded_costs import describe, measure_costs
from lab.patterns.recorded_diagnoses import TOUCHED, diagnose_all
from lab.patterns.recorded_faults import FAULTS, STORE_MS
from lab.patterns.recorded_services import kill_all, measure_waits, serve_forms
from lab.patterns.recorded_verdicts import (
    LINES,
    STRUCTURED,
    VECTORS,
    compare_forms,
    compare_sampled,
    count_by_fault,
    describe_clean,
    describe_shares,
    find_turns,
)
from lab.patterns.recorded_year import answer_year, open_year, strike
from measure.data.comparison import Word
from problem.contract import CATEGORIES, FEATURES

SIDES = {card.id: import_module(card.package) for card in read_cards().values() if card.experiment == "what_happened"}
FORMS = list_forms(SIDES)


@pytest.fixture(scope="module")
def year():
    """A few weeks of it, and one flight in eight."""
    return open_year(every=8, end="2013-03-20")


@pytest.fixture(scope="module")
def well(year):
    return answer_year(year)


@pytest.fixture(scope="module")
def complaint(year):
    return year.list_evenings()[2]


@pytest.fixture(scope="module")
def troubles(year, well, complaint):
    return {fault: strike(year, well, fault, complaint, seed=1) for fault in FAULTS}


# The service, and what goes wrong with it


def test_what_the_model_gets_is_what_the_features_are_defined_as(year, well):
    """By another way: all of them at once, in a table."""
    right = make_vectors(year.facts, year.asked, USUAL)
    seen = pd.DataFrame([each.features for each in well])
    numbers = [name for name in FEATURES if name not in CATEGORIES]
    np.testing.assert_allclose(seen[numbers].astype(float), right[numbers].astype(float), rtol=1e-12)
    assert (seen[list(CATEGORIES)] == right[list(CATEGORIES)]).all(axis=None)
    assert all(0 <= age < USUAL for each in well for age in each.ages.values())


def test_there_are_ten_faults_and_each_was_seen_to_be_there(troubles):
    assert len(troubles) == 10
    assert all(trouble.numbers for trouble in troubles.values())


def test_a_fault_begins_on_its_evening_and_is_over_with_the_complaint(troubles, complaint):
    for trouble in troubles.values():
        instants = pd.to_datetime([each.answered_at for each in trouble.answers], unit="s", utc=True)
        assert complaint - pd.Timedelta(hours=6) <= instants.min()
        assert instants.max() < complaint


def test_times_are_those_of_the_evening_unless_the_fault_is_one_of_time(well, troubles):
    for name, trouble in troubles.items():
        times = [each.milliseconds for each in trouble.answers]
        assert (times == [well[number].milliseconds for number in trouble.numbers]) == (name != "store 1 ms later")


def test_a_fault_that_is_not_there_or_is_more_than_it_says_is_refused(year, well):
    struck = Struck(year.stack, (), cause=frozenset(["temp"]), moves=frozenset(["temp"]))
    ill = [each._replace(prediction=0.5, features={**each.features, "temp": 0.0}) for each in well[:20]]
    verify("planted", struck, well[:20], ill)
    with pytest.raises(NotInjected, match="no answer is otherwise"):
        verify("planted", struck, well[:20], well[:20])
    with pytest.raises(NotInjected, match=r"\['visib'\] changed, too"):
        verify("planted", struck, well[:20], [each._replace(features={**each.features, "visib": -1.0}) for each in ill])
    with pytest.raises(NotInjected, match="no answer is otherwise, or comes later"):
        verify("planted", struck._replace(cause=frozenset([STORE_MS])), well[:20], well[:20])


# What is found


@pytest.fixture(scope="module")
def rows(year, well, troubles, tmp_path_factory):
    """Of the troubles that are told by a value of their own, on the whole dial."""
    folder = tmp_path_factory.mktemp("records")
    wanted = [troubles[name] for name in ("wrong champion released", "older release", "wrong model over the right one")]
    records = {name: keep(FORMS[name], folder / name, well, wanted) for name in DIAGNOSED}
    return diagnose_all(year, records, wanted, year.list_evenings())


def test_a_version_of_its_own_comes_first_wherever_it_is_recorded_and_nowhere_else(rows):
    whole = rows[0][(rows[0]["touched"] == 1) & (rows[0]["kept"] == 1)].set_index(["fault", "form"])["ranked"]
    told = {fault: {form for form in DIAGNOSED if whole[fault, form]} for fault in whole.index.levels[0]}
    assert told["wrong champion released"] == {LINES, STRUCTURED, VECTORS}
    assert told["older release"] == {STRUCTURED, VECTORS}
    assert told["wrong model over the right one"] == set()


def test_without_records_nothing_is_ever_said(rows):
    for of in rows:
        assert {first for first in of.loc[of["form"] == "nothing", "first"]} == {()}


def test_a_trouble_that_no_instance_has_is_a_clean_evening(year, well, troubles, complaint, tmp_path):
    trouble = troubles["older release"]
    records = keep(FORMS[VECTORS], tmp_path, well, [trouble])
    nobody = np.zeros(len(year.asked), dtype=bool)
    usual = records.read_evening(complaint)
    pd.testing.assert_frame_equal(records.read_trouble(0, complaint, nobody), usual)
    everybody = records.read_trouble(0, complaint, ~nobody)
    assert sorted(everybody.index) == sorted(usual.index)
    assert set(everybody.loc[trouble.numbers, "release"]) == {"r6"}
    assert set(everybody.drop(index=trouble.numbers)["release"]) == {"r7"}


def make_rows(found):
    """Rows of troubles; ``found``: by form and share of the instances, whether the cause is named."""
    return pd.DataFrame(
        {"fault": "f", "evening": f"2013-06-{day:02}", "form": form, "touched": touched, "kept": 1.0}
        | {"found": here, "ranked": True}
        for day in range(1, 13)
        for (form, touched), here in found.items()
    )


def test_the_verdict_turns_where_it_was_planted():
    found = {(form, touched): form != LINES for form in (LINES, STRUCTURED, VECTORS) for touched in TOUCHED}
    found |= {(VECTORS, touched): touched > 0.2 for touched in TOUCHED}
    found |= {(STRUCTURED, touched): touched < 0.4 for touched in TOUCHED}
    rows = make_rows(found)
    differences = compare_forms(rows)
    turn = find_turns(differences, VECTORS, STRUCTURED)
    assert (turn["not_better"], turn["worse"]) == (0.25, 0.1)
    assert find_turns(differences, STRUCTURED, LINES)["not_better"] == 1.0
    assert {row["word"] for row in compare_sampled(rows) if row["rival"] == LINES} == {Word.BETTER}
    assert [row["value"] for row in describe_shares(rows)] == [float(here) for here in found.values()]
    assert [row["found"] for row in count_by_fault(rows)] == [0, 0, 12]


def test_what_is_named_on_clean_evenings_is_counted():
    clean = pd.DataFrame(
        {
            "evening": f"2013-06-{day:02}",
            "form": form,
            "first": ("precip", "ms"),
            "named": form == VECTORS and day % 3 == 0,
        }
        for day in range(1, 29)
        for form in (LINES, VECTORS)
    )
    lines, vectors = describe_clean(clean)
    assert (lines["value"], vectors["value"], vectors["word"]) == (0.0, 9 / 28, Word.WORSE)
    assert vectors["fields"] == [("precip", 9)]


# What it costs


def test_bytes_are_those_of_the_files_and_times_are_compared_in_every_turn(well, tmp_path):
    costs = {row["form"]: row for row in measure_costs(FORMS, tmp_path, well[:100], turns=1)}
    assert costs["nothing"]["bytes"] == 0
    assert costs[LINES]["bytes"] < costs[STRUCTURED]["bytes"] < costs[VECTORS]["bytes"] == costs["queued"]["bytes"]
    row = describe("own", [3.0, 2.0], [1.0, 2.0], 0.0)
    assert (row["low"], row["value"], row["high"], row["word"]) == (1.0, 2.0, 3.0, Word.CANNOT_TELL)


@pytest.mark.service
def test_a_kill_takes_no_answer_from_a_record_that_is_written_at_once(tmp_path):
    forms = {name: FORMS[name] for name in ("nothing", LINES, VECTORS)}
    with serve_forms(forms, tmp_path) as (served, supervisor):
        waits = measure_waits(served, asked=8, turns=1)
        lost = {row["form"]: row["lost"] for row in kill_all(served, supervisor, asked=30, rounds=1)}
    assert [row["form"] for row in waits] == [*forms]
    assert lost == {"nothing": [30], LINES: [0], VECTORS: [0]}


def test_the_headline_is_one_line():
    shares = [{"touched": of, "kept": 1.0, "form": form, "value": 0.5} for of in TOUCHED for form in DIAGNOSED]
    told = [{"form": form, "value": 0.1, "bytes": 100.0} for form in DIAGNOSED]
    line = tell({"shares": shares, "clean": told, "costs": told, "troubles": 120})
    assert "50%, 50%, 50% of 120 troubles" in line
    assert "\n" not in line
