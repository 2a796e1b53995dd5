"""Latest values in Redis are those in SQLite; where Feast's two stores part, a test says how."""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd
import pytest
from redis import Redis
from redis.exceptions import ConnectionError as NoConnection

from problem.facts import Facts
from problem.questions import questions, scheduled_between
from problem.replay import look_ups
from problem.world import World
from reference.systems.fti.adapters.engines.local_redis import PROGRAM, NoServer, redis_server
from reference.systems.fti.adapters.engines.system import NothingOnline, System, variant
from reference.systems.fti.system import System as Embedded
from tests.must_run import needs_redis

pytestmark = pytest.mark.service


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


FIRST, LAST = at("2013-03-10"), at("2013-03-11T20:00")
UNKNOWN = {"carrier": "ZZ", "origin": "QQQ", "dest": "XXX", "tailnum": "none"}
LGA = UNKNOWN | {"origin": "LGA"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    needs_redis()
    with redis_server() as address:
        yield address


@pytest.fixture
def emptied(server: str) -> str:
    host, port = server.split(":")
    Redis(host, int(port)).flushall()
    return server


@pytest.fixture(scope="module")
def few(facts: Facts) -> Facts:
    """What became known in five days around the spring clock change, of some aircraft and of unknown ones."""
    planes = facts.planes.iloc[::20]
    flights = facts.flights["tailnum"].isin(planes["tailnum"]) | facts.flights["tailnum"].isna()
    known = facts.only(facts.flights.loc[flights, "flight_id"]).known_between(FIRST - pd.Timedelta(days=3), LAST)
    return replace(known, planes=planes)


@pytest.fixture
def pair(emptied, few, tmp_path):
    """The same installation with SQLite and with Redis, filled."""
    pair = Embedded(tmp_path / "sqlite"), System(tmp_path / "redis", variant("redis", tmp_path, emptied))
    for system in pair:
        system.wake(World(few, FIRST))
    return pair


def asked_keys(facts: Facts) -> list[dict[str, str]]:
    keys = ["carrier", "origin", "dest", "tailnum"]
    flights = facts.flights[keys].iloc[-60_000:].drop_duplicates().fillna("")
    known = flights[flights["tailnum"].isin(["", *facts.planes["tailnum"].iloc[::20]])].head(500)
    return [UNKNOWN, LGA, *known.to_dict("records"), *flights.head(500).to_dict("records")]


def observation(temp: float, stamp: str) -> pd.DataFrame:
    measured = {"wind_speed": 5.0, "precip": 0.0, "visib": 10.0, "pressure": 1010.0}
    return pd.DataFrame([{"origin": "LGA", "event_timestamp": at(stamp), "temp": temp, **measured}])


def test_redis_serves_what_sqlite_serves_refresh_after_refresh_null_and_unknown_keys_included(pair, few, facts):
    keys = asked_keys(facts)
    for now in pd.date_range(FIRST, LAST, freq="11h", inclusive="right"):
        for system in pair:
            system.wake(World(few, now))
    sqlite, redis = (system.store.read_online(keys) for system in pair)
    assert redis == sqlite
    for values in sqlite.values():
        assert values[0] is None
        assert sum(value is not None for value in values) > 50
    some_null = [name for name, values in sqlite.items() if None in values[1:]]
    assert {"pressure", "aircraft_last_arr_delay", "aircraft_age", "route_late_rate_28d"} <= set(some_null)


def test_answers_to_requests_and_their_ages_are_equal(pair, facts):
    asked = scheduled_between(questions(facts, "real_time"), FIRST, FIRST + pd.Timedelta(days=1)).tail(30)
    sqlite, redis = (pd.concat(look_ups(system, facts, asked)) for system in pair)
    assert len(asked) == 30
    pd.testing.assert_frame_equal(redis, sqlite, check_exact=True)


def test_a_window_that_has_run_empty_is_overwritten_in_redis_too(pair):
    for system in pair:
        empty = observation(float("nan"), "2013-03-12").assign(wind_speed=None, precip=None, visib=None, pressure=None)
        system.store.write("weather", empty, at("2013-03-12"))
        assert system.store.read_online([LGA])["temp"] == [None]


def rewritten(system: Embedded) -> list[float]:
    """The temperature served after a second and a third write, of the same and of an older instant."""
    served = []
    for temp, stamp in ((50.0, "2013-03-12"), (60.0, "2013-03-12"), (70.0, "2013-03-11")):
        system.store.write("weather", observation(temp, stamp), at("2013-03-12"))
        served += system.store.read_online([LGA])["temp"]
    return served


def test_the_last_write_wins_in_both(pair):
    assert [rewritten(system) for system in pair] == [[50.0, 60.0, 70.0]] * 2


def test_without_our_setting_feasts_redis_store_drops_a_correction_of_the_same_instant(emptied, few, tmp_path):
    """If this fails, Feast's stores have become alike, and ``skip_dedup`` may go."""
    config = variant("redis", tmp_path, emptied)
    config.write_text(config.read_text().replace("skip_dedup: true", "skip_dedup: false"))
    system = System(tmp_path / "redis", config)
    system.wake(World(few, FIRST))
    assert rewritten(system) == [50.0, 50.0, 50.0]


def test_a_redis_that_lost_its_values_is_noticed_when_the_installation_is_opened(pair, emptied, tmp_path):
    config = variant("redis", tmp_path, emptied)
    pair[1].store.flush()
    assert System(tmp_path / "redis", config).store.refreshed
    Redis.from_url(f"redis://{emptied}").flushall()
    with pytest.raises(NothingOnline, match="delete that folder"):
        System(tmp_path / "redis", config)


def test_an_installation_that_is_moved_from_sqlite_to_redis_is_not_taken_for_full(pair, emptied, tmp_path):
    pair[0].store.flush()
    Redis.from_url(f"redis://{emptied}").flushall()
    with pytest.raises(NothingOnline):
        System(tmp_path / "sqlite", variant("redis", tmp_path, emptied))


def test_two_installations_on_one_server_overwrite_one_another_unless_their_projects_differ(pair, emptied, tmp_path):
    config = variant("redis", tmp_path / "other", emptied)
    config.write_text(config.read_text().replace("project: flights", "project: other"))
    other = System(tmp_path / "other", config)
    assert other.store.read_online([LGA])["temp"] == [None]
    same = System(tmp_path / "third", variant("redis", tmp_path, emptied))
    assert same.store.read_online([LGA])["temp"] == pair[1].store.read_online([LGA])["temp"] != [None]


def test_the_server_is_gone_afterwards():
    needs_redis()
    with redis_server() as address:
        client = Redis.from_url(f"redis://{address}")
        assert client.ping()
    with pytest.raises(NoConnection):
        client.ping()


def test_a_missing_server_program_is_one_line_that_says_what_to_do(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoServer, match=f"{PROGRAM} is not installed: apt-get"), redis_server():
        pass


@pytest.mark.parametrize("variable", ["CI", "MLSP_MUST_RUN"])
def test_what_is_missing_skips_at_home_and_fails_where_tests_must_run(monkeypatch, variable):
    monkeypatch.setenv("PATH", "")
    for name in ("CI", "MLSP_MUST_RUN"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(pytest.skip.Exception, match=PROGRAM):
        needs_redis()
    monkeypatch.setenv(variable, "1")
    with pytest.raises(pytest.fail.Exception, match=PROGRAM):
        needs_redis()


def test_a_name_that_is_no_variant_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no variant is called abacus"):
        variant("abacus", tmp_path)
