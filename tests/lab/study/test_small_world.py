"""Each awkward situation is really in the small world, for both modes, and nothing in it was made up."""

import pandas as pd
import pytest

from lab.study.steps.awkward_situations import find_next_midnight, find_situations
from lab.study.steps.small_world import QUIET, SILENCES, make_small_world
from problem.contract import FEATURES, KEYS
from problem.oracle import oracle
from problem.questions import NEW_YORK, questions

pytestmark = pytest.mark.slow

MODES = ["batch", "real_time"]
HOUR, DAY = pd.Timedelta(hours=1), pd.Timedelta(days=1)


@pytest.fixture(scope="module")
def world(facts):
    return make_small_world(facts)


@pytest.fixture(params=MODES)
def asked(request, world):
    return world.asked[world.asked["mode"] == request.param].reset_index(drop=True)


def looks(asked):
    """The instants from which a question can be seen: its own and, in batch, the midnight before the flight."""
    batch = asked["mode"].iloc[0] == "batch"
    return [asked["asked_at"], find_next_midnight(asked)] if batch else [asked["asked_at"]]


def events(world, table, keys, question, after, until):
    """The events of a question's key with ``after < known_at <= until``."""
    rows = getattr(world.facts, table)
    rows = rows[(rows["known_at"] > after) & (rows["known_at"] <= until)]
    return rows[(rows[keys] == [getattr(question, key) for key in keys]).all(axis=1)]


WINDOWS = [
    ("departures", ["origin"], 2 * HOUR, HOUR),
    ("landings", ["carrier", "origin"], 24 * HOUR, HOUR),
    ("landings", ["origin", "dest"], 28 * DAY, DAY),
]


def aged(world, asked, instants, table, keys, old, older):
    """For each question, how many events of its key are older than ``old`` but not than ``older``."""
    pairs = zip(asked.itertuples(), instants, strict=True)
    return [len(events(world, table, keys, question, at - older, at - old)) for question, at in pairs]


def test_there_are_a_few_dozen_questions_in_the_order_asked(world):
    assert 60 <= len(world.asked) <= 150
    assert world.asked["mode"].value_counts().min() >= 20
    assert world.asked["asked_at"].is_monotonic_increasing
    assert not world.asked.duplicated(["flight_id", "mode"]).any()


def test_the_questions_are_those_anybody_would_ask(world, facts):
    for mode, rows in world.asked.groupby("mode"):
        both = rows.merge(questions(facts, mode), on=list(rows.columns))
        assert len(both) == len(rows)


def test_facts_are_left_out_and_never_made_up(world, facts):
    for name, table in vars(world.facts).items():
        whole = getattr(facts, name)
        assert 0 < len(table) < len(whole)
        pd.testing.assert_frame_equal(table, whole.loc[table.index])
        assert table["known_at"].is_monotonic_increasing


def test_facts_of_29_days_before_the_first_question_and_of_both_sides_of_the_clock_change_are_there(world, asked):
    first = world.facts.landings["known_at"].min()
    assert first < asked["asked_at"].min() - 28 * DAY
    offsets = asked["asked_at"].dt.tz_convert(NEW_YORK).map(lambda instant: instant.utcoffset() / HOUR)
    assert set(offsets) == {-4, -5}


@pytest.mark.parametrize(("table", "keys", "length", "step"), WINDOWS)
def test_every_window_has_values_in_it_values_that_just_left_and_values_newer_than_it_looks(
    world, asked, table, keys, length, step
):
    for instants in looks(asked):
        assert max(aged(world, asked, instants, table, keys, 0 * HOUR, length)) > 0
        assert max(aged(world, asked, instants, table, keys, length, length + step)) > 0
        assert max(aged(world, asked, instants, table, keys, -DAY, 0 * HOUR)) > 0


@pytest.mark.parametrize(("table", "keys", "length", "step"), WINDOWS)
def test_every_window_is_empty_for_some_question(world, asked, table, keys, length, step):
    assert min(aged(world, asked, looks(asked)[-1], table, keys, 0 * HOUR, length)) == 0


@pytest.mark.parametrize("name", ["origin", "carrier", "route"])
def test_events_stand_at_the_very_edge_of_every_window_from_wherever_it_is_seen(world, asked, name):
    for instants in looks(asked):
        assert find_situations(world.facts, asked, instants)[f"{name}_edge"].any()


@pytest.mark.parametrize("name", ["origin", "carrier", "route"])
def test_events_happen_at_the_very_instant_of_a_question(world, asked, name):
    assert find_situations(world.facts, asked, asked["asked_at"])[f"{name}_tie"].any()


def test_the_situations_say_what_a_slow_look_says(world, asked):
    found = find_situations(world.facts, asked, asked["asked_at"])
    for name, (table, keys, length, _) in zip(["origin", "carrier", "route"], WINDOWS, strict=True):
        minute, at = pd.Timedelta(minutes=1), asked["asked_at"]
        inside = aged(world, asked, at, table, keys, 0 * HOUR, length)
        assert found[f"{name}_empty"].tolist() == [count == 0 for count in inside]
        assert found[f"{name}_tie"].tolist() == [n > 0 for n in aged(world, asked, at, table, keys, 0 * HOUR, minute)]
        assert found[f"{name}_edge"].tolist() == [
            n > 0 for n in aged(world, asked, at, table, keys, length, length + minute)
        ]


def test_two_events_of_a_key_happen_at_one_instant(world):
    assert world.facts.departures.duplicated(["origin", "known_at"]).any()
    assert world.facts.landings.duplicated(["origin", "dest", "known_at"]).any()


def test_no_aircraft_lands_twice_at_one_instant_as_none_did_that_autumn(world, facts):
    with_tail = facts.landings.dropna(subset="tailnum")
    twice = with_tail[with_tail.duplicated(["tailnum", "known_at"])]
    assert twice["known_at"].dt.strftime("%m-%d").tolist() == ["04-18"]
    assert not world.facts.landings.dropna(subset="tailnum").duplicated(["tailnum", "known_at"]).any()


def test_tail_numbers_are_missing_planes_unknown_or_without_a_year(world, asked):
    found = find_situations(world.facts, asked, asked["asked_at"])
    assert found[["no_tailnum", "unknown_plane", "plane_without_year"]].any().all()
    assert (~asked["tailnum"].isin(world.facts.landings["tailnum"])).any()


def test_the_day_and_the_month_in_new_york_are_not_always_those_in_utc(world, asked):
    found = find_situations(world.facts, asked, asked["asked_at"])
    assert found["other_day"].any()
    assert found["other_month"].any()
    assert not found["other_day"].all()


def test_some_facts_came_on_another_day_than_the_flight_was_scheduled_for(world, asked):
    scheduled = world.facts.flights.set_index("flight_id")["scheduled_at"]
    for table in ("departures", "landings"):
        rows = getattr(world.facts, table)
        rows = rows[rows["known_at"] > asked["asked_at"].min() - DAY]
        planned = scheduled.reindex(rows["flight_id"]).dt.tz_convert(NEW_YORK).dt.day.to_numpy()
        assert (rows["known_at"].dt.tz_convert(NEW_YORK).dt.day != planned).any()


def weather_ages(world, asked, instants):
    """Hours since the latest observation of the origin, for each question."""
    weather = world.facts.weather
    pairs = zip(asked["origin"], instants, strict=True)
    last = [weather.loc[(weather["origin"] == o) & (weather["known_at"] <= at), "known_at"].max() for o, at in pairs]
    return (instants - pd.Series(last)) / HOUR


def test_observations_are_fresh_six_hours_old_to_the_minute_and_just_too_old(world, asked):
    for instants in looks(asked):
        ages = weather_ages(world, asked, instants)
        assert ages.min() < 1
        assert (ages == 6).any()
        assert ((ages > 6) & (ages <= 7)).any()


def test_observations_lack_values(world, asked):
    answers = oracle(world.facts, asked)
    assert list(answers.columns) == [*KEYS, *FEATURES]
    assert (answers["pressure"].isna() & answers["temp"].notna()).any()
    assert answers["temp"].isna().any()


def test_what_was_left_out_on_purpose_is_out(world, facts):
    for origin, last, following in SILENCES:
        seen = world.facts.weather.loc[world.facts.weather["origin"] == origin, "known_at"]
        silent = seen[(seen >= pd.Timestamp(last)) & (seen <= pd.Timestamp(following))]
        assert silent.tolist() == [pd.Timestamp(last), pd.Timestamp(following)]
    origin, *hours = QUIET
    start, end = (pd.Timestamp(hour, tz=NEW_YORK) for hour in hours)
    flights = world.facts.flights[world.facts.flights["origin"] == origin]
    assert not flights["scheduled_at"].between(start, end).any()


def test_it_is_the_same_world_every_time(world, facts):
    again = make_small_world(facts)
    pd.testing.assert_frame_equal(again.asked, world.asked)
    assert len(again.facts.flights) == len(world.facts.flights)
