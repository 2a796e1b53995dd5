"""Runs made again: equal to the byte from equal ingredients, and what is found when one of them is another."""

import sys
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest

from lab.engine.workspace import StudyError
from lab.patterns import reruns
from lab.patterns.environments import Environment
from lab.patterns.rerun_curve import LEVELS, Outcome, compare_keepers, find_turn, sum_up
from lab.patterns.rerun_plan import Planned, Warehouse, check_out, plan_runs
from lab.patterns.rerun_worker import read_table
from lab.patterns.reruns import Extracts, Ingredients, Made, Maker, compare, fill_in, omit_one, use_all
from measure.data.comparison import Word
from problem.reruns import Recipe

HERE = Environment("1.9", 2)
"""The tests' own Python stands in for it."""
DAY, WEEK_LATER = "2013-05-06", "2013-05-13"
PLANNED = Planned(0, DAY, "HEAD", HERE, seed=3, split=0.2)


@pytest.fixture(scope="module")
def warehouse(facts):
    return Warehouse(facts)


@pytest.fixture(scope="module")
def maker(tmp_path_factory):
    """Makes runs with the Python that runs the tests."""
    folder = tmp_path_factory.mktemp("maker")
    python = HERE.folder(folder / "environments") / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return Maker(folder, folder / "environments")


@pytest.fixture(scope="module")
def extracts(warehouse, tmp_path_factory):
    return Extracts(warehouse, tmp_path_factory.mktemp("extracts"))


@pytest.mark.slow
def test_a_run_comes_again_byte_for_byte_and_another_seed_or_other_data_are_found(maker, extracts):
    used = use_all(PLANNED, extracts)
    later = extracts.of(DAY, WEEK_LATER)
    seed, data = used._replace(seed=4), used._replace(data=later)
    first = maker.make([used, seed, data])
    again = maker.make([used], anew=True)
    assert again[used].folder != first[used].folder
    model, copy = (made.folder / "model.joblib" for made in (first[used], again[used]))
    assert model.read_bytes() == copy.read_bytes()
    assert compare(again[used], first[used]) == dict.fromkeys(LEVELS, True)
    for other in (seed, data):
        found = compare(first[other], first[used])
        assert (found["predictions"], found["model"]) == (False, False)


def test_an_extract_is_the_same_file_each_time_and_another_one_when_landings_were_corrected(
    extracts, warehouse, tmp_path
):
    first, later = extracts.of(DAY, DAY), extracts.of(DAY, WEEK_LATER)
    assert warehouse.extract(DAY, DAY, tmp_path / "again.zip").read_bytes() == first.read_bytes()
    settled, much_later = (warehouse.extract(DAY, on, tmp_path / on) for on in ("2013-05-15", "2013-07-01"))
    assert settled.read_bytes() == much_later.read_bytes() == extracts.of(DAY, "2013-07-01").read_bytes()
    assert later != first
    before, after = (read_table(of, "landings") for of in (first, later))
    assert before["flight_id"].equals(after["flight_id"])  # nothing that came after the day
    moved = before["arr_delay"] != after["arr_delay"]
    assert 0 < moved.mean() < 0.05
    age = pd.Timestamp(DAY, tz="America/New_York") - before.loc[moved, "known_at"]
    assert age.max() <= pd.Timedelta(days=8.5)


def test_an_extract_holds_six_weeks_and_nothing_later(extracts):
    with ZipFile(extracts.of(DAY, DAY)) as packed:
        assert len(packed.namelist()) == 7
    flights = read_table(extracts.of(DAY, DAY), "flights")["scheduled_at"]
    assert flights.max() <= pd.Timestamp(DAY, tz="America/New_York")
    assert pd.Timedelta(weeks=5.9) < flights.max() - flights.min() <= pd.Timedelta(weeks=6)


def test_what_a_recipe_does_not_say_is_taken_as_it_is_today(extracts):
    today = PLANNED._replace(number=5, day=WEEK_LATER, commit="new", seed=9, split=0.3)
    nothing = fill_in(Recipe(DAY, 0.4), today, extracts)
    assert nothing == Ingredients("new", HERE, extracts.of(DAY, WEEK_LATER), 9, 0.3)
    kept = extracts.of(DAY, DAY)
    lock = HERE.lock.read_text()
    assert fill_in(Recipe(DAY, 0.4, "old", lock, kept, 0, 0.2), today, extracts) == Ingredients(
        "old", HERE, kept, 0, 0.2
    )


def test_one_omission_changes_one_ingredient(extracts):
    used = use_all(PLANNED, extracts)
    last = Ingredients("new", Environment("1.5", 1), used.data, 9, 0.3)
    without = omit_one(used, last, extracts.of(DAY, WEEK_LATER))
    changed = {name: [f for f in used._fields if getattr(of, f) != getattr(used, f)] for name, of in without.items()}
    assert changed == {
        "data": ["data"],
        "commit": ["commit"],
        "lock": ["environment"],
        "seed": ["seed"],
        "split": ["split"],
    }


def test_equal_runs_are_near_and_others_are_told_apart(tmp_path):
    first = Made(0.41234, "a", "b", tmp_path)
    found = compare(first._replace(metric=0.41301, model="c"), first)
    assert found == {"alike": True, "near": True, "metric": False, "predictions": True, "model": False}
    other = compare(first._replace(metric=0.4140), first)
    assert (other["alike"], other["near"]) == (True, False)
    assert not compare(first._replace(metric=0.4180), first)["alike"]


def test_a_commit_that_this_clone_does_not_hold_is_named(tmp_path):
    with pytest.raises(StudyError, match=r"^no commit 00000000 in this clone: fetch the whole history"):
        check_out("0" * 40, tmp_path)


def test_the_plan_moves_code_libraries_and_settings():
    plan = plan_runs()
    assert len(plan) == len({each.commit for each in plan}) == len({each.day for each in plan}) == 24
    assert len({each.environment for each in plan}) == len(reruns.ENVIRONMENTS)
    assert plan[0].environment == reruns.ENVIRONMENTS[0]
    assert plan[-1].environment == reruns.ENVIRONMENTS[-1]


def make_outcomes(**shares):
    """Of 20 runs by keeper and age, those that are equal: every n-th."""
    return [
        Outcome(keeper, number, age, dict.fromkeys(LEVELS, equal), 0.01 * (not equal))
        for keeper, by_age in shares.items()
        for age, share in by_age.items()
        for number, equal in enumerate(np.arange(20) % 10 < 10 * share)
    ]


def test_shares_and_turns_are_those_that_were_planted():
    outcomes = make_outcomes(
        **{
            "only me": {0: 1, 1: 0.2, 6: 0.0},
            "sheet": {0: 1, 1: 1, 6: 0.5},
            "table": {0: 1, 1: 1, 6: 0.5},
            "tool": {0: 1, 1: 1, 6: 1},
        }
    )
    near = {(row["keeper"], row["age"]): row["near"]["value"] for row in sum_up(outcomes)}
    assert near["only me", 1] == pytest.approx(0.2)
    assert near["sheet", 6] == pytest.approx(0.5)
    compared = compare_keepers(outcomes, "near")
    assert find_turn(compared, "sheet against only me") == 1
    assert find_turn(compared, "table against sheet") is None
    assert find_turn(compared, "tool against table") == 6
    words = {(row["pair"], row["age"]): row["word"] for row in compared}
    assert words["sheet against only me", 0] == Word.NO_DIFFERENCE
