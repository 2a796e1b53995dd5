"""FTI: one sweep equals many refreshes, and the online store equals the history."""

import pandas as pd
import pytest
from feast import FeatureStore as Feast

from problem.contract import AGES, KEYS
from problem.questions import NEW_YORK, questions, scheduled_between
from problem.replay import look_ups
from problem.world import World
from reference.systems.fti import features
from reference.systems.fti.schedule import last_refresh, next_refresh
from reference.systems.fti.stores import FeatureStore
from tests.awkward import awkward, differing

pytestmark = pytest.mark.slow


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


@pytest.fixture
def store(tmp_path):
    return FeatureStore(tmp_path)


def test_history_written_refresh_by_refresh_is_the_history_written_in_one_sweep(facts, tmp_path):
    sweep, steps = FeatureStore(tmp_path / "sweep"), FeatureStore(tmp_path / "steps")
    end = at("2013-03-11T09:07")
    for store in (sweep, steps):
        features.refresh(store, facts.known_at(at("2013-03-09")), at("2013-03-09"))
    features.refresh(sweep, facts.known_at(end), end)
    for now in [*pd.date_range(at("2013-03-09"), end, freq="37min"), end]:
        features.refresh(steps, facts.known_at(now), now)
        steps.flush()
    sweep.flush()
    for view in features.VIEWS:
        tables = [pd.read_parquet(tmp_path / kind / "history" / view) for kind in ("sweep", "steps")]
        keys = [column for column in tables[0] if column in ("carrier", "origin", "dest", "tailnum")]
        ordered = [table.sort_values(["event_timestamp", *keys], ignore_index=True) for table in tables]
        pd.testing.assert_frame_equal(*ordered)


def test_what_the_online_store_serves_is_what_the_history_recalls(installed, facts):
    asked = awkward(facts, "real_time")
    asked = asked[asked["scheduled_at"].between(at("2013-10-20"), at("2013-11-20"))].reset_index(drop=True)
    system = installed("fti")
    served = pd.concat(look_ups(system, facts, asked), ignore_index=True)
    recalled = system.recall(asked)
    assert len(asked) >= 4
    assert differing(served, recalled) == {}
    pd.testing.assert_frame_equal(served[list(AGES)], recalled[list(AGES)])


def test_training_and_serving_get_the_same_vectors_on_a_day_of_requests(installed, facts):
    day = pd.Timestamp("2013-12-20", tz=NEW_YORK)
    asked = scheduled_between(questions(facts, "real_time"), day, day + pd.Timedelta("8h"))
    system = installed("fti")
    served = pd.concat(look_ups(system, facts, asked), ignore_index=True)
    assert differing(served, system.training_features(facts, asked)) == {}


def test_a_window_that_has_run_empty_reaches_the_online_store(facts, store):
    origin = {"carrier": "UA", "origin": "LGA", "dest": "ORD", "tailnum": ""}
    features.refresh(store, facts.known_at(at("2013-12-31T04:00")), at("2013-12-31T04:00"))
    assert store.read_online([origin])["temp"] != [None]
    features.refresh(store, facts.known_at(at("2013-12-31T07:00")), at("2013-12-31T07:00"))
    assert store.read_online([origin])["temp"] == [None]  # the last observation of the year is over six hours old


def test_feast_itself_drops_a_write_of_nulls_which_is_why_rows_carry_their_instant(facts, store):
    """If this fails, Feast has changed and ``stored_at`` may go."""
    features.refresh(store, facts.known_at(at("2013-12-31T04:00")), at("2013-12-31T04:00"))
    feast: Feast = store._feast
    nulls = pd.DataFrame(
        {"origin": ["LGA"], "event_timestamp": [at("2013-12-31T07:00")], "created": [at("2013-12-31T07:00")]}
    )
    columns = ["temp", "wind_speed", "precip", "visib", "pressure", "weather_stored_at"]
    with pytest.warns(UserWarning, match="empty feature columns"):
        feast.write_to_online_store("weather", nulls.assign(**dict.fromkeys(columns, None)))
    read = feast.get_online_features(["weather:temp"], [{"origin": "LGA"}]).to_dict()
    assert read["temp"] != [None]


def test_missed_refreshes_are_made_up_for_each_with_its_own_stamp(facts, store, tmp_path):
    for now in ("2013-02-01", "2013-02-03"):
        features.refresh(store, facts.known_at(at(now)), at(now))
    store.flush()
    history = pd.read_parquet(tmp_path / "history" / "origin_departures")
    made_up = history["event_timestamp"].between(at("2013-02-01T12:00"), at("2013-02-02T12:00"))
    assert history.loc[made_up, "event_timestamp"].nunique() > 50


def test_an_installation_goes_on_where_it_was_stopped(facts, tmp_path):
    first = FeatureStore(tmp_path)
    features.refresh(first, facts.known_at(at("2013-01-10")), at("2013-01-10"))
    first.flush()
    assert FeatureStore(tmp_path).refreshed == first.refreshed


@pytest.mark.parametrize("every", ["15min", "1h", "daily"])
def test_refreshes_lie_on_their_grid_also_when_clocks_change(every):
    instants = pd.date_range("2013-11-02T20:03", "2013-11-04T20:03", freq="17min", tz="UTC")
    before, after = last_refresh(instants, every), next_refresh(instants, every)
    longest = pd.Timedelta("25h") if every == "daily" else pd.Timedelta(every)
    assert (before <= instants).all()
    assert (instants <= after).all()
    assert ((after - before) <= longest).all()
    assert (last_refresh(before, every) == before).all()
    assert (next_refresh(before, every) == before).all()


def test_questions_without_a_tail_number_get_null_aircraft_features(installed, facts):
    asked = awkward(facts, "real_time")
    asked = asked[asked["tailnum"].isna()].iloc[:3]
    served = pd.concat(look_ups(installed("fti"), facts, asked), ignore_index=True)
    aircraft = [name for name in served if name.startswith("aircraft_")]
    assert len(aircraft) == 4
    assert served[aircraft].isna().all(axis=None)
    assert served[list(KEYS)].notna().all(axis=None)


def test_the_world_is_left_as_it_was(facts, store):
    before = {name: len(table) for name, table in vars(facts).items()}
    features.refresh(store, World(facts, at("2013-01-05")).warehouse, at("2013-01-05"))
    assert {name: len(table) for name, table in vars(facts).items()} == before
