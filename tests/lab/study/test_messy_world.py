"""The messy world in small: troubles reach a system where they should, and nothing is there before it can be."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lab.study.steps.messy_store import HalfLostFti, LossyStore, StoreDoor
from lab.study.steps.messy_world import ARMS, NONE, MessyDoor, compare_sides, list_arms
from lab.study.steps.small_world import make_small_world
from lab.study.steps.system_run import TICK
from lab.systems import open_system
from measure.data.skew import row_skew
from problem.contract import FEATURES, KEYS
from problem.messy_facts import CORRECTED, LATE, LOST, SLOW, TROUBLES, Rates, make_messy
from problem.questions import CUT_OFF
from problem.replay import look_ups
from problem.world import World
from reference.systems.fti.features import refresh
from reference.systems.fti.stores import FeatureStore

pytestmark = pytest.mark.slow

ON = list(KEYS)
BAD = Rates(corrected=0.5, lost=0.2)
END = pd.Timestamp("2013-12-01", tz="UTC")


@pytest.fixture(scope="module")
def world(facts):
    return make_small_world(facts)


def open_door(home, name, facts, troubles, rates):
    if name != "fti":
        return MessyDoor(open_system(name, home), facts, troubles, rates)
    system = HalfLostFti(home, rates.lost if LOST in troubles else 0.0)
    system.wake(World(facts, CUT_OFF))
    return StoreDoor(system, facts, troubles, rates)


def live(world, home, name, troubles, rates=BAD):
    """A system's door, the questions, and what it served."""
    facts = make_messy(world.facts, troubles, rates)
    door = open_door(home, name, facts, troubles, rates)
    asked = world.asked[world.asked["mode"].isin(door.modes)].reset_index(drop=True)
    return door, asked, pd.concat(look_ups(door, facts, asked, TICK), ignore_index=True)


def count_skewed(door, asked, served):
    """By mode, how many rows of training, asked at the end, differ from what was served."""
    trained = door.training_features(door.facts.known_at(END), asked)
    skewed = row_skew(trained, served, ON, list(FEATURES)).by_row.merge(asked[[*ON, "mode"]], on=ON)
    return skewed.groupby("mode")["skewed"].sum().to_dict()


@pytest.mark.parametrize("name", ["modular_monolith", "split", "fti"])
def test_without_troubles_the_door_changes_nothing(world, tmp_path, name):
    _, asked, served = live(world, tmp_path / "messy", name, ())
    bare = open_system(name, tmp_path / "bare")
    kind = pd.concat(look_ups(bare, world.facts, asked, TICK), ignore_index=True)
    pd.testing.assert_frame_equal(served, kind)


def test_late_reports_move_nobody_who_asks_when_a_row_was_known(world, tmp_path):
    for name in ("modular_monolith", "fti"):
        assert set(count_skewed(*live(world, tmp_path / name, name, (LATE,))).values()) == {0}


def test_a_correction_moves_who_reads_the_warehouse_and_not_a_history_as_written(world, tmp_path):
    assert count_skewed(*live(world, tmp_path / "of_rows", "modular_monolith", (CORRECTED,)))["batch"] > 0
    door, asked, served = live(world, tmp_path / "of_store", "fti", (CORRECTED,))
    assert count_skewed(door, asked, served) == {"batch": 0, "real_time": 0}
    again = HalfLostFti(tmp_path / "again", lost=0.0)
    again.wake(World(door.facts, END))
    assert min(count_skewed(StoreDoor(again, door.facts, ()), asked, served).values()) > 0


def test_what_a_refresh_has_not_finished_moves_the_store_as_it_moves_the_warehouse(world, tmp_path):
    for name in ("modular_monolith", "fti"):
        assert min(count_skewed(*live(world, tmp_path / name, name, (SLOW,))).values()) > 0


def test_lost_writes_are_missing_online_and_nowhere_else(world, tmp_path):
    found = count_skewed(*live(world, tmp_path / "fti", "fti", (LOST,)))
    assert found["batch"] == 0
    assert found["real_time"] > 0
    kind = live(world, tmp_path / "kind", "split", ())[2]
    lossy = live(world, tmp_path / "split", "split", (LOST,))[2]
    assert lossy["origin_departures_2h"].sum() < kind["origin_departures_2h"].sum()


def test_what_was_never_written_online_is_null_and_the_history_has_it(world, tmp_path):
    door, asked, served = live(world, tmp_path / "fti", "fti", (LOST,), replace(BAD, lost=1.0))
    served = served[served["mode"] == "real_time"]
    assert served["temp"].isna().all()
    assert door.training_features(world.facts, asked)["temp"].notna().any()


@pytest.mark.parametrize("troubles", [(SLOW,), (LOST,), TROUBLES])
def test_recalled_answers_are_those_of_the_online_store(world, tmp_path, troubles):
    door, asked, served = live(world, tmp_path / "fti", "fti", troubles)
    door.wake(World(door.facts, END))
    asked = asked[asked["mode"] == "real_time"].reset_index(drop=True)
    result = row_skew(door.recall(asked), served[served["mode"] == "real_time"], ON, list(FEATURES))
    assert result.skewed_rows == 0


def test_after_missed_refreshes_ftis_own_store_takes_late_reports_in_another_order_than_its_history(facts, tmp_path):
    """The landing that is reported last happened first; the job ran after each report, or only once."""
    some = facts.only(pd.Index(facts.landings.loc[facts.landings["tailnum"] == "N14228", "flight_id"][:2]))
    second = some.landings["arrived_at"].iloc[1]
    reported = [second + pd.Timedelta(hours=2), second]
    late = replace(some, landings=some.landings.assign(known_at=reported).sort_values("known_at"))
    delays = dict(zip(some.landings["flight_id"], some.landings["arr_delay"], strict=True))
    keys = [{"carrier": "UA", "origin": "EWR", "dest": "IAH", "tailnum": "N14228"}]
    found = {}
    for name, store in {"own": FeatureStore(tmp_path / "own"), "in order": LossyStore(tmp_path / "other", 0.0)}.items():
        refresh(store, late, reported[0] + pd.Timedelta(hours=1))
        found[name] = store.read_online(keys)["aircraft_last_arr_delay"][0]
    early, last = delays.values()
    assert early != last
    assert found == {"own": last, "in order": early}


def test_a_system_without_an_online_state_has_no_arm_of_lost_writes():
    assert set(ARMS) - set(list_arms(["batch"])) == {LOST}
    assert list_arms(["batch", "real_time"]) == ARMS


def test_the_sums_of_an_arm_say_how_many_rows_differ(facts):
    answers = (
        facts.flights[::1000].head(200)[["flight_id", "scheduled_at"]].rename(columns={"scheduled_at": "asked_at"})
    )
    offline = answers.assign(**dict.fromkeys(FEATURES, 1.0), mode="batch", prediction=0.2)
    served = offline.assign(temp=[2.0] * 50 + [1.0] * 150, prediction=0.5)
    ((sums, features),) = compare_sides(NONE, offline, served)
    assert (sums["skewed"].sum(), sums["rows"].sum(), set(sums["arm"])) == (50, 200, {NONE})
    assert features.set_index("feature").loc["temp", "skewed"] == 0.25
    assert sums["served"].sum() == pytest.approx(200 * np.log(2))
