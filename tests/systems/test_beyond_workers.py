"""Features on two workers are those of one process; a feature that looks beyond its own key is found out."""

import os
from dataclasses import replace

import duckdb
import pandas as pd
import pytest

from lab.study.steps.small_world import make_small_world
from problem.facts import Facts
from problem.world import World
from reference.systems.fti import features
from reference.systems.fti.adapters.engines.backends import Embedded, Workers, backend
from reference.systems.fti.adapters.engines.engine_pipeline import refresh
from reference.systems.fti.adapters.engines.partitions import STAMP, Task, parts
from reference.systems.fti.adapters.engines.system import System, variant
from reference.systems.fti.adapters.engines.tasks import TABLES, due, task
from reference.systems.fti.feature_repo.definitions import COLUMNS, EVERY
from reference.systems.fti.stores import FeatureStore
from reference.systems.fti.system import System as EmbeddedSystem


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


AFTER, UNTIL = at("2013-10-30"), at("2013-11-10T05:00")


@pytest.fixture(scope="module")
def small(facts) -> Facts:
    """A piece of autumn 2013 in which a lot is awkward, the clock change included."""
    return make_small_world(facts).facts


def test_every_view_has_its_task():
    assert TABLES.keys() == features.VIEWS.keys() == COLUMNS.keys()


@pytest.mark.parametrize("view", TABLES)
def test_two_workers_make_the_rows_of_the_feature_function_exactly(small, view):
    after = features.BEGINNING if view == "aircraft" else AFTER  # aircraft are known from the start
    one = task(view, EVERY[view], after, UNTIL)
    facts = getattr(small, one.table)
    whole = features.VIEWS[view](small, EVERY[view], after, UNTIL)
    whole = one.in_order(whole[(whole[STAMP] > after) & (whole[STAMP] <= UNTIL)])
    for place in (Embedded(), Workers()):
        pd.testing.assert_frame_equal(place.rows(one, facts), whole, check_exact=True)
    assert len(whole) > 30


@pytest.mark.parametrize("view", TABLES)
def test_parts_hold_every_fact_once_in_order_and_no_key_is_in_two(facts, view):
    one = task(view, EVERY[view], AFTER, UNTIL)
    table = getattr(facts, one.table).tail(3_000)
    cut = list(parts(table, one.keys, 2))
    assert len(cut) == 2
    assert sorted(pd.concat(cut).index) == list(table.index)
    assert all(part.index.is_monotonic_increasing for part in cut)
    left, right = (set(part[list(one.keys)].fillna("").itertuples(index=False)) for part in cut)
    assert left
    assert right
    assert not left & right


def worker(warehouse: Facts, every: str, after: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Which process made the row of each key."""
    rows = warehouse.departures[["origin"]].drop_duplicates()
    return rows.assign(**{STAMP: until, "process": os.getpid()})


def beside_the_average(warehouse: Facts, every: str, after: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """A feature that no part can make: the mean delay at the origin, less that of all origins."""
    means = warehouse.departures.groupby("origin")["dep_delay"].mean()
    return (means - warehouse.departures["dep_delay"].mean()).reset_index().assign(**{STAMP: until})


def nosy(warehouse: Facts, every: str, after: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    return warehouse.landings[["origin"]].assign(**{STAMP: until})


def planted(function) -> Task:
    return Task("planted", function, "departures", ("origin",), "1h", AFTER, UNTIL)


def test_the_rows_are_made_in_other_processes(small):
    processes = set(Workers().rows(planted(worker), small.departures)["process"])
    assert len(processes) == 2
    assert os.getpid() not in processes


def test_a_feature_that_looks_beyond_its_key_does_not_pass(small):
    one, two = (place.rows(planted(beside_the_average), small.departures) for place in (Embedded(), Workers()))
    with pytest.raises(AssertionError):
        pd.testing.assert_frame_equal(one, two)


def test_a_feature_that_reads_a_second_table_fails_instead_of_finding_it_empty(small):
    with pytest.raises(KeyError, match="origin"):
        Embedded().rows(planted(nosy), small.departures)


def test_an_installation_on_two_workers_stores_what_the_embedded_one_stores(small, tmp_path):
    embedded, workers = EmbeddedSystem(tmp_path / "one"), System(tmp_path / "two", variant("workers", tmp_path))
    for now in (at("2013-11-02"), at("2013-11-04T03:10"), UNTIL):
        for system in (embedded, workers):
            system.wake(World(small, now))
            system.store.flush()
    assert workers.store.refreshed == embedded.store.refreshed
    for view, (entities, _) in COLUMNS.items():
        order = [STAMP, *(entity.join_key for entity in entities)]
        one, two = (pd.read_parquet(tmp_path / name / "features" / "history" / view) for name in ("one", "two"))
        sorted_, also = (table.sort_values(order, ignore_index=True) for table in (one, two))
        pd.testing.assert_frame_equal(also, sorted_, check_exact=True)
    keys = small.flights[["carrier", "origin", "dest", "tailnum"]].fillna("").drop_duplicates().head(300)
    asked = keys.to_dict("records")
    assert workers.store.read_online(asked) == embedded.store.read_online(asked)


def test_feast_cannot_materialize_a_history_in_nanoseconds_out_of_duckdb(small, tmp_path):
    """If this fails, a new online store can be filled from the history, and the page may say so."""
    system = EmbeddedSystem(tmp_path)
    system.wake(World(small, UNTIL))
    system.store.flush()
    with pytest.raises(duckdb.ConversionException, match="TIMESTAMPTZ_NS"):
        system.store._feast.materialize(AFTER, UNTIL, ["weather"])


def test_a_view_that_fails_keeps_no_other_from_being_stored(small, tmp_path):
    store = FeatureStore(tmp_path)
    broken = replace(small, weather=small.weather.drop(columns="temp"))
    with pytest.raises(ExceptionGroup, match="could not be refreshed") as failed:
        refresh(store, broken, UNTIL, Workers())
    assert len(failed.value.exceptions) == 1
    assert set(store.refreshed) == set(TABLES) - {"weather"}
    assert [view for view, _ in due(store, UNTIL)] == ["weather"]


def test_a_name_that_is_no_backend_is_refused():
    with pytest.raises(ValueError, match="abacus"):
        backend("abacus", {})
