"""The rulers of the messy world and of reads of a store, on planted sums; and the leaky fill, in small."""

from types import SimpleNamespace

import pandas as pd
import pytest

from lab.study.rulers import troubles, ways_to_read
from lab.study.steps.messy_store import read_store
from lab.study.steps.messy_world import AGAIN, ARMS, NONE
from lab.study.steps.small_world import make_small_world
from lab.study.steps.store_reads import AS_OF, LATEST, LEAKY, fill_leaky, know_by_schedule
from problem.contract import FEATURES
from problem.facts import Facts
from problem.messy_facts import LATE, LOST
from reference.systems.fti import features
from reference.systems.fti.stores import FeatureStore

MOVED = ["origin_dep_delay_2h", "carrier_origin_arr_delay_24h", "route_arr_delay_28d"]
AIRCRAFT = ["aircraft_last_arr_delay", "aircraft_hours_since_landing", "temp"]


def plant(arm, skewed, believed, served):
    """Two days of 100 rows, with means as given."""
    sums = {"skewed": skewed, "flips": 0.0, "believed": believed, "served": served}
    return pd.DataFrame(
        {"day": ["2013-10-01", "2013-10-02"], "rows": 100.0, **{name: 100 * of for name, of in sums.items()}}
    ).assign(arm=arm, mode="batch")


def results(**tables):
    return SimpleNamespace(
        systems=["monolith", "fti"],
        table=lambda step, name: tables[name],
        by_mode=lambda step, name: [("batch", tables[name])],
    )


ARMS_TABLE = pd.concat([plant(NONE, 0.0, 0.5, 0.5), plant(LATE, 0.25, 0.5, 0.53)], ignore_index=True)


def test_planted_skew_gap_loss_and_harm_are_found_as_planted():
    live = pd.DataFrame({"asked": [10], "different": [2]})
    rows = [row for row in troubles.rows(results(arms=ARMS_TABLE, live=live)) if row.system == "fti"]
    found = {row.key: row.value for row in rows if row.part == LATE}
    expected = {"messy_skew": 0.25, "messy_gap": 0.03, "messy_loss": 0.53, "messy_harm": 0.03}
    assert found == pytest.approx(expected)
    assert {row.key: row.value for row in rows if row.part == NONE}["messy_harm"] == 0
    assert [row.value for row in rows if row.key == "messy_live"] == [2.0]


def test_an_arm_that_a_system_does_not_have_has_a_reason():
    rows = list(troubles.rows(results(arms=ARMS_TABLE, live=pd.DataFrame({"asked": [1], "different": [0]}))))
    absent = {row.part: row.note for row in rows if row.system == "monolith" and row.value is None and row.part}
    assert LOST in absent
    assert AGAIN in absent
    assert all(absent.values())
    assert {row.part for row in rows if row.key == "messy_skew"} == {*ARMS, AGAIN}


def test_reads_are_held_against_the_honest_one():
    arms = [plant(AS_OF, 0.0, 0.5, 0.5), plant(LATEST, 1.0, 0.49, 0.52), plant(LEAKY, 0.0, 0.51, 0.51)]
    september = pd.concat([of.assign(loss=of["believed"]) for of in arms], ignore_index=True)
    rows = list(ways_to_read.rows(results(arms=pd.concat(arms, ignore_index=True), september=september)))
    found = {(row.key, row.part): row.value for row in rows if row.system == "fti"}
    assert found["store_gap", LATEST] == pytest.approx(0.03)
    assert found["store_gap", LEAKY] == 0
    assert found["store_harm", LEAKY] == pytest.approx(0.01)
    assert found["store_promise", LATEST] == pytest.approx(-0.01)
    assert all(row.note for row in rows if row.system == "monolith")


@pytest.mark.slow
def test_a_leaky_fill_knows_too_much_in_windows_and_nothing_else(facts, tmp_path):
    world = make_small_world(facts)
    asked = world.asked[world.asked["mode"] == "batch"].reset_index(drop=True)
    now = asked["asked_at"].max()
    honest, leaky = FeatureStore(tmp_path / "honest"), FeatureStore(tmp_path / "leaky")
    features.refresh(honest, world.facts, now)
    fill_leaky(leaky, world.facts, now, LEAKY)
    left, right = (read_store(store, asked, asked["asked_at"])[list(FEATURES)] for store in (honest, leaky))
    assert all(not left[name].equals(right[name]) for name in MOVED)
    assert all(left[name].equals(right[name]) for name in AIRCRAFT)


def test_by_schedule_an_event_is_known_when_the_flight_was_to_leave(facts):
    some = facts.only(pd.Index(range(100)))
    moved = know_by_schedule(some)
    assert isinstance(moved, Facts)
    scheduled = some.flights.set_index("flight_id")["scheduled_at"]
    for table in (moved.departures, moved.landings):
        assert (table["known_at"].to_numpy() == scheduled[table["flight_id"]].to_numpy()).all()
        assert table["known_at"].is_monotonic_increasing
