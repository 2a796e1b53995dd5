"""Features made on Spark, and history read by Feast's Spark store, have the values of the embedded engine.

One session in local mode serves all of it. Where Feast's Spark store gives other values than its DuckDB store and ours
do, a test shows the situation; none of them can occur in the history that FTI writes.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
import yaml
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType
from feast.types import Float64, String

from problem.facts import Facts
from problem.questions import questions, scheduled_between
from problem.world import World
from reference.systems.fti.adapters.engines.partitions import Task
from reference.systems.fti.adapters.engines.system import System, backend_of, variant
from reference.systems.fti.adapters.engines.tasks import TABLES, task
from reference.systems.fti.feature_repo.definitions import COLUMNS, EVERY
from reference.systems.fti.system import System as Embedded
from tests.must_run import needs_java

EXPERIMENTAL = pytest.mark.filterwarnings("ignore:The spark:RuntimeWarning")  # what Feast calls its Spark store
pytestmark = [pytest.mark.service, EXPERIMENTAL]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


FIRST, LAST = at("2013-03-08"), at("2013-03-12")
NOON = at("2013-03-01T12:00")
FASTER = {"spark.sql.adaptive.enabled": "false", "spark.sql.codegen.wholeStage": "false"}
"""For tables as small as these."""


@pytest.fixture(scope="module")
def config(tmp_path_factory) -> Path:
    """The variant as it is, but for what only small tables gain from."""
    needs_java()
    path = variant("spark", tmp_path_factory.mktemp("spark"))
    settings = yaml.safe_load(path.read_text())
    settings["offline_store"]["spark_conf"] |= FASTER
    path.write_text(yaml.safe_dump(settings))
    return path


@pytest.fixture(scope="module")
def few(facts: Facts) -> Facts:
    """What became known in four days around the spring clock change, of some aircraft and of unknown ones."""
    planes = facts.planes.iloc[::20]
    flights = facts.flights["tailnum"].isin(planes["tailnum"]) | facts.flights["tailnum"].isna()
    known = facts.only(facts.flights.loc[flights, "flight_id"]).known_between(FIRST, LAST)
    return replace(known, planes=planes)


@pytest.fixture(scope="module")
def pair(config, few, tmp_path_factory) -> Iterator[tuple[Embedded, System]]:
    """The embedded installation and the one on Spark, filled by two runs each; Spark ends with the module."""
    folder = tmp_path_factory.mktemp("pair")
    systems = Embedded(folder / "embedded"), System(folder / "spark", config)
    for now in (at("2013-03-10T20:00"), LAST):
        for system in systems:
            system.wake(World(few, now))
            system.store.flush()
    yield systems
    from pyspark.sql import SparkSession

    SparkSession.builder.getOrCreate().stop()


def stored(system: Embedded, view: str) -> pd.DataFrame:
    order = ["event_timestamp", *(entity.join_key for entity in COLUMNS[view][0])]
    rows = pd.read_parquet(system.store._history / view)
    return rows.sort_values(order, ignore_index=True)


@pytest.mark.parametrize("view", TABLES)
def test_spark_made_rows_are_the_embedded_ones_exactly(pair, view):
    embedded, spark = (stored(system, view) for system in pair)
    assert len(embedded) > 50
    pd.testing.assert_frame_equal(spark, embedded, check_exact=True)


def test_facts_of_one_instant_keep_their_order_on_spark(config, few):
    """Two observations of one instant: the later row of the table is the latest, however Spark moves rows about."""
    seen = few.weather[few.weather["origin"] == "LGA"]
    twice = pd.concat([seen.assign(temp=-1.0), seen]).sort_values("known_at", kind="stable", ignore_index=True)
    one = task("weather", EVERY["weather"], FIRST, LAST)
    made = backend_of(config).rows(one, twice)
    pd.testing.assert_frame_equal(made, one.in_order(one.rows(twice)), check_exact=True)
    assert (made["temp"].dropna() > 0).all()


def test_feasts_spark_store_reads_the_values_of_ours(pair, facts):
    """Thousands of questions of both kinds; TTL 0, null and unknown keys, the clock change."""
    asked = pd.concat([scheduled_between(questions(facts, mode), FIRST, LAST) for mode in ("batch", "real_time")])
    asked = asked.sample(3_000, random_state=1).reset_index(drop=True)
    embedded, spark = (system.store.read_history(asked) for system in pair)
    pd.testing.assert_frame_equal(spark, embedded, check_exact=True)
    assert (embedded.notna().mean() > 0.01).all()
    assert embedded.isna().any().sum() >= 8
    assert asked["tailnum"].isna().any()


CARRIER, ORIGIN = (Entity(name=name, join_keys=[name], value_type=ValueType.STRING) for name in ("carrier", "origin"))


class Both:
    """One made-up view in a repository of ours and in one of Feast's Spark store, over the same file."""

    def __init__(self, folder: Path, config: Path) -> None:
        self._folder = folder
        self._spark = yaml.safe_load(config.read_text())["offline_store"]

    def read(self, rows: list[tuple], asked: list[tuple], **clock: str) -> tuple[list[float], list[float]]:
        """``delay`` for each question (carrier, origin, minute), by our store and by Spark's; NaN for none.

        ``rows``: carrier, origin, minute, minute of creation, delay.
        """
        history = pd.DataFrame(rows, columns=["carrier", "origin", "event_timestamp", "created", "delay"])
        for name in ("event_timestamp", "created"):
            history[name] = NOON + pd.to_timedelta(history[name].astype(float), unit="min")
        history.to_parquet(self._folder / "delays.parquet", index=False)
        entities = pd.DataFrame(asked, columns=["carrier", "origin", "event_timestamp"])
        entities["event_timestamp"] = NOON + pd.to_timedelta(entities["event_timestamp"], unit="min")
        ours = {"type": "reference.systems.fti.asof_store.AsOfOfflineStore"}
        return self._answers("ours", ours, entities), self._answers("spark", self._spark, entities)

    def _answers(self, name: str, offline_store: dict, entities: pd.DataFrame) -> list[float]:
        store = FeatureStore(
            config=RepoConfig(
                project=name,
                provider="local",
                registry=str(self._folder / f"{name}.db"),
                offline_store=offline_store,
                online_store={"type": "sqlite", "path": str(self._folder / "online.db")},
                entity_key_serialization_version=3,
            )
        )
        store.apply([CARRIER, ORIGIN, self._view()])
        asked = entities.assign(row=range(len(entities)))
        answers = store.get_historical_features(asked, ["delays:delay"]).to_df().sort_values("row")
        return answers["delay"].tolist()

    def _view(self) -> FeatureView:
        files = FileSource(
            name="delays_history",
            path=str(self._folder / "delays.parquet"),
            timestamp_field="event_timestamp",
            created_timestamp_column="created",
        )
        schema = [Field(name="carrier", dtype=String), Field(name="origin", dtype=String)]
        schema.append(Field(name="delay", dtype=Float64))
        return FeatureView(name="delays", entities=[CARRIER, ORIGIN], ttl=timedelta(0), schema=schema, source=files)


@pytest.fixture
def both(pair, config, tmp_path) -> Both:
    return Both(tmp_path, config)


def test_a_tie_of_events_goes_to_the_later_creation_in_both_stores(both):
    rows = [("UA", "LGA", 0, 5, 1.0), ("UA", "LGA", 0, 3, 2.0), ("UA", "LGA", 9, 9, 3.0)]
    ours, spark = both.read(rows, [("UA", "LGA", 6), ("UA", "LGA", 9)])
    assert spark == ours == [1.0, 3.0]


def test_a_full_tie_gives_a_question_two_answers_in_feasts_spark_store(both):
    """If this fails, Feast has changed: the page need not warn of it any more."""
    ours, spark = both.read([("UA", "LGA", 0, 5, 1.0), ("UA", "LGA", 0, 5, 2.0)], [("UA", "LGA", 6)])
    assert len(ours) == 1
    assert sorted(spark) == [1.0, 2.0]


def test_a_row_that_nobody_says_when_it_was_created_is_lost_in_feasts_spark_store(both):
    """If this fails, Feast has changed: the page need not warn of it any more."""
    ours, spark = both.read([("UA", "LGA", 0, 0, 1.0), ("UA", "LGA", 5, None, 2.0)], [("UA", "LGA", 6)])
    assert ours == [2.0]
    assert spark == [1.0] or pd.isna(spark[0])


def test_keys_that_read_alike_side_by_side_are_mixed_up_in_feasts_spark_store(both):
    """("A", "BC") and ("AB", "C"). If this fails, Feast has changed: the page need not warn of it any more."""
    rows = [("A", "BC", 0, 0, 1.0), ("AB", "C", 0, 0, 2.0)]
    ours, spark = both.read(rows, [("A", "BC", 6), ("AB", "C", 6)])
    assert ours == [1.0, 2.0]
    assert spark != ours


def test_in_a_session_of_another_zone_feasts_spark_store_loses_the_last_hours(both):
    from pyspark.sql import SparkSession

    conf = SparkSession.builder.getOrCreate().conf
    conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    try:
        ours, spark = both.read([("UA", "LGA", 0, 0, 1.0)], [("UA", "LGA", 6)])
    finally:
        conf.set("spark.sql.session.timeZone", "UTC")
    assert ours == [1.0]
    assert pd.isna(spark[0])


def test_the_history_that_fti_writes_has_none_of_these(pair):
    for view, (entities, _) in COLUMNS.items():
        keys = [entity.join_key for entity in entities]
        rows = stored(pair[0], view)
        assert rows[[*keys, "event_timestamp", "created"]].notna().all(axis=None)
        assert not rows.duplicated([*keys, "event_timestamp"]).any()
        if len(keys) > 1:
            assert all(rows[key].str.len().nunique() == 1 for key in keys)


def test_python_workers_of_spark_load_no_feature_store(config, few):
    names = list(COLUMNS["weather"][1])  # the table itself holds types of Feast's

    def loaded(warehouse: Facts, every: str, after: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
        flags = dict.fromkeys(names, float("feast" in sys.modules))
        return warehouse.weather[["origin"]].drop_duplicates().assign(event_timestamp=until, **flags)

    one = Task("weather", loaded, "weather", ("origin",), "1h", FIRST, LAST)
    made = backend_of(config).rows(one, few.weather)
    assert len(made) == 3
    assert not made["temp"].any()
