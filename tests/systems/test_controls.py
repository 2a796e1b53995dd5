"""The controls: each is its exhibit with one remedy, and the remedy does what it is there for and nothing else."""

from importlib import import_module

import joblib
import pandas as pd
import pytest

from lab.sandbox.patched_copy import list_cures
from lab.study.steps.full_year import END
from lab.systems import find_system, list_compared, list_controls, list_core, open_system, read_systems
from problem.contract import FEATURES, KEYS, TARGETS
from problem.fixture import frozen
from problem.oracle import oracle
from problem.questions import questions
from problem.replay import look_ups
from problem.world import World
from reference.systems.shared_split import feature_library as library
from reference.systems.shared_split.online import State, create_app
from tests.awkward import DOORS, awkward, differing
from tests.cured import offline

pytestmark = pytest.mark.slow

SELECTION = ["departure_hour_weather", "previous_row", "scheduled_clock", "window_edges"]
"""Causes in which rows are picked: the library cannot reach them."""
REMOVED = ["empty_window"]
"""Causes that a feature function carries: with one function for both sides they are gone."""
CALENDAR = ["local_hour", "weekday"]
WINDOWS = ["origin_dep_delay_2h", "carrier_origin_arr_delay_24h", "route_arr_delay_28d", "route_late_rate_28d"]


def served(system, facts, asked):
    return pd.concat(look_ups(system, facts, asked), ignore_index=True)


def cures(name, causes):
    return [patch for patch in list_cures(name) if patch.stem.split("-")[1] in causes]


@pytest.fixture(scope="module")
def asked(facts):
    """A few hundred requests of the whole year, and as many of its first day, when windows are empty."""
    everything = questions(facts, "real_time")
    early = everything[everything["asked_at"] < "2013-01-02"].sample(150, random_state=5)
    picked = pd.concat([everything.sample(250, random_state=5), early]).drop_duplicates(list(KEYS))
    return picked.sort_values(["asked_at", "flight_id"], ignore_index=True)


@pytest.fixture(scope="module")
def answers(facts, asked, tmp_path_factory):
    """What the shared split serves."""
    return served(open_system("shared_split", tmp_path_factory.mktemp("served")), facts, asked)


@pytest.fixture
def trained(asked, tmp_path):
    """The training path of a copy with some causes cured, for the same requests."""

    def path(name, causes):
        asked.to_parquet(tmp_path / "asked.parquet")
        return offline(name, tmp_path, cures(name, causes))

    return path


def test_every_control_stands_behind_a_door_of_the_contract():
    assert {*list_controls(), *list_compared()} == {*list_core()} <= {*read_systems()} == {name for name, _ in DOORS}
    assert not {*list_controls()} & {*list_compared()}
    for name in list_controls():
        assert import_module(f"{find_system(name).package}.system").System.name == name


def test_the_modular_monolith_trains_on_what_it_serves_to_the_last_bit(installed, facts):
    asked = awkward(facts, "batch")
    system = installed("modular_monolith")
    trained = system.training_features(facts.known_at(END), asked)
    answers = served(system, facts, asked)
    pd.testing.assert_frame_equal(trained, answers[[*KEYS, *FEATURES]], check_exact=True, check_dtype=False)
    assert differing(trained, oracle(facts, asked)) == {}


def test_the_modular_monolith_answers_in_the_order_asked_whatever_the_order_and_the_company(installed, facts):
    asked = questions(facts, "batch").sample(3000, random_state=5)
    system = installed("modular_monolith")
    together = system.training_features(facts, asked)
    assert together[list(KEYS)].to_dict("list") == asked[list(KEYS)].to_dict("list")
    half = system.training_features(facts, asked.iloc[::-2])
    assert differing(half, together.merge(half[list(KEYS)])) == {}


def test_with_its_cures_the_shared_split_trains_on_what_it_serves(trained, answers):
    assert differing(trained("shared_split", SELECTION), answers) == {}


@pytest.mark.parametrize("cause", SELECTION)
def test_each_cause_left_alone_in_the_shared_split_leaves_skew(cause, trained, answers):
    assert differing(trained("shared_split", set(SELECTION) - {cause}), answers) != {}


def test_uncured_the_shared_split_has_skew_but_no_calendar_in_utc_and_no_empty_window_of_zeros(
    installed, facts, asked, answers
):
    trained = installed("shared_split").training_features(facts.known_at(END), asked)
    skew = differing(trained, answers)
    assert sum(skew.values()) > 0
    assert not skew.keys() & {*CALENDAR, "distance", "minutes_to_departure", "aircraft_age", "aircraft_seats"}
    for side in (trained, answers):
        empty = side["origin_departures_2h"] == 0
        assert (side["origin_dep_delay_2h"].isna() == empty).all()
        assert 0 < empty.sum() < len(side)


def test_with_the_same_rows_picked_a_window_is_empty_on_both_sides_or_on_none(trained, answers):
    same_rows = trained("shared_split", ["scheduled_clock", "window_edges"])
    nulls = same_rows[WINDOWS].isna()
    assert (nulls.to_numpy() == answers[WINDOWS].isna().to_numpy()).all()
    assert nulls.any().all()


def test_the_shared_split_is_the_split_with_two_causes_gone_and_nothing_else(
    installed, facts, asked, trained, answers, tmp_path
):
    of_the_split = trained("split", REMOVED)
    of_the_control = installed("shared_split").training_features(facts.known_at(END), asked)
    assert differing(of_the_split, of_the_control) == {}
    assert differing(served(installed("split"), facts, asked), answers) == {}


def test_a_model_trained_with_another_version_of_the_library_is_refused_in_one_line(installed, facts, monkeypatch):
    system, fixture = installed("shared_split"), frozen(facts, "real_time")
    world = World(fixture.facts, fixture.serving["asked_at"].min())
    for target in TARGETS:
        system.train(world.warehouse, fixture.training.iloc[-500:], target)
    assert joblib.load(system.home / "late.joblib")["library"] == library.VERSION
    create_app(State(world.warehouse.planes), system.home)
    monkeypatch.setattr(library, "VERSION", "another")
    refusal = r"^late@2013-03-14 was trained with feature library [\d.]+, this is another: [^\n]+$"
    with pytest.raises(library.OtherVersion, match=refusal):
        create_app(State(world.warehouse.planes), system.home)
    with pytest.raises(library.OtherVersion, match=refusal):
        _ = installed("shared_split").models


LANDED = pd.to_datetime(["2013-07-01 09:30Z", None, "2013-03-10 06:00Z"]).as_unit("ns")
NOON = pd.to_datetime(["2013-07-01 12:00Z", "2013-01-01 04:59Z", "2013-03-10 12:00Z"]).as_unit("ns")
OBSERVED = {name: [1.0, 2.0, float("nan")] for name in library.WEATHER}
REQUESTS = {
    "asked_at": NOON,
    "scheduled_at": NOON + pd.Timedelta(minutes=60),
    "distance": [100, 200, 300],
    "carrier": ["AA", "B6", "UA"],
    "origin": ["JFK", "LGA", "EWR"],
    "dest": ["BOS", "MIA", "ORD"],
}


@pytest.mark.parametrize(
    ("function", "columns"),
    [
        (library.origin_features, [[30.0, 0.0, -4.0], [3, 0, 1]]),
        (library.carrier_features, [[30.0, 0.0, -4.0], [3, 0, 1]]),
        (library.route_features, [[30.0, 0.0, -4.0], [2.0, 0.0, 0.0], [3, 0, 1]]),
        (library.last_leg_features, [NOON, LANDED, [5.0, float("nan"), -2.0]]),
        (library.aircraft_features, [[1998, float("nan"), 2013], [20, 55, float("nan")]]),
        (library.weather_features, [NOON, LANDED, OBSERVED]),
        (library.request_features, [REQUESTS]),
    ],
    ids=lambda part: getattr(part, "__name__", ""),
)
def test_a_function_of_the_library_says_the_same_of_one_request_and_of_a_table(function, columns):
    tables = [pd.DataFrame(column) if isinstance(column, dict) else pd.Series(column) for column in columns]
    one_by_one = [function(*(table.iloc[row] for table in tables)) for row in range(3)]
    pd.testing.assert_frame_equal(pd.DataFrame(function(*tables)), pd.DataFrame(one_by_one), check_dtype=False)
