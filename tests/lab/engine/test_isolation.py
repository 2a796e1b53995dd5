"""The study's workers on small things: what they count, and which arms they run."""

from collections import Counter
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest

from lab.sandbox.cured_code import cured_copy, cures_of
from lab.study.steps import cause_arms, model_costs, refresh_sweep, rolling_origins, second_worker
from lab.study.steps.model_costs import CountedFacts
from problem.contract import FEATURES
from problem.facts import Facts
from problem.questions import CUT_OFF, NEW_YORK, questions, scheduled_between
from problem.world import World
from reference.systems.fti.feature_repo.definitions import EVERY


@pytest.fixture
def counted(facts):
    return CountedFacts(facts, Counter())


def test_counted_facts_are_the_same_facts(counted, facts):
    for field in fields(Facts):
        assert getattr(counted, field.name) is getattr(facts, field.name)


def test_every_table_handed_out_counts_its_rows_each_time(counted, facts):
    _ = counted.weather, counted.planes, counted.weather
    assert counted.counter == {"weather": 2 * len(facts.weather), "planes": len(facts.planes)}


def test_cutting_a_slice_reads_nothing_and_the_slice_goes_on_counting(counted):
    _ = counted.planes
    before = counted.counter.copy()
    part = counted.known_at(CUT_OFF)
    assert counted.counter == before
    rows = len(part.landings)
    assert counted.counter["landings"] == rows
    assert 0 < rows < len(counted.landings)


def test_recent_facts_reach_back_further_than_any_window(facts):
    recent = model_costs.recent(facts.known_at(CUT_OFF))
    assert recent.landings["known_at"].min() >= model_costs.SINCE - model_costs.HISTORY
    assert recent.landings["known_at"].min() < model_costs.SINCE - pd.Timedelta(days=28)
    assert len(recent.planes) == len(facts.planes)


@pytest.mark.parametrize(("name", "number"), [("split", 13), ("monolith", 3)])
def test_every_choice_of_cures_runs_once(name, number):
    patches = cures_of(name)
    arms = cause_arms.arms(name)
    assert len(arms) == 2 * len(patches) + 1
    assert arms[cause_arms.ALL] == patches
    assert all(len(arms[arm]) == 1 for arm in arms if arm.startswith(cause_arms.CURED))
    assert all(len(arms[arm]) == len(patches) - 1 for arm in arms if arm.startswith(cause_arms.LEFT))
    distinct = cause_arms._distinct(arms)
    assert len(distinct) == number
    assert {tuple(chosen) for chosen in arms.values()} == {tuple(chosen) for chosen in distinct.values()}


def test_an_arm_runs_the_code_of_its_copy_and_says_what_it_died_of(tmp_path):
    import_module("antipatterns.systems.monolith.system")  # loaded already, from here

    def tell() -> None:
        (tmp_path / "file.txt").write_text(str(import_module("antipatterns.systems.monolith.system").__file__))

    with cured_copy(cures_of("monolith")) as copy:
        cause_arms._in(copy, tell)
        assert Path((tmp_path / "file.txt").read_text()) == copy / "antipatterns" / "systems" / "monolith" / "system.py"
        with pytest.raises(RuntimeError, match=r"ended with status 1\nTraceback(.|\n)*ZeroDivisionError"):
            cause_arms._in(copy, lambda: print(1 / 0))


def test_a_world_is_trained_on_three_months_and_serves_the_next():
    local = [origin.tz_convert(NEW_YORK) for origin in rolling_origins.ORIGINS]
    assert [(origin.month, origin.day, origin.hour) for origin in local] == [(month, 1, 0) for month in range(4, 13)]
    assert rolling_origins.MONTHS == 3


def test_after_a_failed_night_features_are_as_old_as_the_evening(facts, installed):
    """The vectors of a night without refreshes are those that the store held at 22:00, but for what the clock moves."""
    system = installed("fti")
    night = pd.Timestamp("2013-02-02 22:00", tz=NEW_YORK)
    start, end = night + pd.Timedelta("2h"), night + pd.Timedelta("17h")
    asked = scheduled_between(questions(facts, "real_time"), start, end)
    system.wake(World(facts, end.tz_convert("UTC")))
    stale = refresh_sweep.vectors_of_a_failed_night(system, asked)
    then = system.training_features(facts, asked.assign(asked_at=night.tz_convert("UTC")))
    moving = {"aircraft_hours_since_landing", "minutes_to_departure"}
    same = [name for name in FEATURES if name not in moving]
    kept = stale.index
    assert 0 < len(kept) < len(asked)
    pd.testing.assert_frame_equal(stale[same], then.loc[kept, same], check_dtype=False)
    assert (stale["minutes_to_departure"] == 60).all()


def test_half_of_the_days_goes_to_each_of_two_workers(facts):
    asked = scheduled_between(
        questions(facts, "batch"), second_worker.SINCE, second_worker.SINCE + pd.Timedelta(days=4)
    )
    assert asked["asked_at"].nunique() == 4
    seen = []

    class Door:
        def training_features(self, warehouse, half):
            seen.append(half)

    for part in second_worker._of_questions(Door(), facts, asked):  # type: ignore[arg-type]
        part()
    days = [set(half["asked_at"].dt.tz_convert(NEW_YORK).dt.date) for half in seen]
    assert [len(of) for of in days] == [2, 2]
    assert not days[0] & days[1]
    assert sum(map(len, seen)) == len(asked)


def test_the_sweep_spans_from_each_event_to_a_week_and_what_is_deployed():
    assert refresh_sweep.INTERVALS[0] == refresh_sweep.FRESH
    assert refresh_sweep.DEPLOYED in refresh_sweep.INTERVALS
    assert {pd.Timedelta(every) for every in refresh_sweep.INTERVALS if every != refresh_sweep.DEPLOYED} == {
        pd.Timedelta(text) for text in ("1min", "15min", "1h", "6h", "1D", "3D", "7D")
    }
    assert set(EVERY.values()) == {"15min", "1h", "daily"}
