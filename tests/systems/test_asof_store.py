"""The as-of store against Feast's own DuckDB store, row by row, in real Feast repositories."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from feast import (
    Entity,
    FeatureService,
    FeatureStore,
    FeatureView,
    Field,
    FileSource,
    RequestSource,
    ValueType,
)
from feast.data_format import DeltaFormat
from feast.errors import FeastEntityDFMissingColumnsError
from feast.infra.offline_stores.file_source import SavedDatasetFileStorage
from feast.on_demand_feature_view import on_demand_feature_view
from feast.types import Float64, Int64, String
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reference.systems.fti.asof_search import latest_rows, shared_codes

pytestmark = pytest.mark.slow

NOON = pd.Timestamp("2013-03-01 12:00", tz="UTC")
MINUTE, MICROSECOND = timedelta(minutes=1), timedelta(microseconds=1)
ORIGIN = Entity(name="origin", join_keys=["origin"], value_type=ValueType.STRING)
FLIGHT = Entity(name="flight", join_keys=["flight"], value_type=ValueType.INT64)


@dataclass
class Pair:
    """The same repository under both stores."""

    ours: FeatureStore
    stock: FeatureStore
    folder: Path

    def compare(self, entities: pd.DataFrame, features: Any, **options: Any) -> pd.DataFrame:
        """Our answer, after checking that Feast's store gives the same rows, in some order."""
        asked = entities.assign(row=range(len(entities)))
        ours = self.ours.get_historical_features(asked.copy(), features, **options).to_df()
        stock = self.stock.get_historical_features(asked.copy(), features, **options).to_df()
        assert list(ours["row"]) == list(asked["row"]), "every entity row once, in the order given"
        stock = stock.sort_values("row").reset_index(drop=True)[list(ours.columns)]
        pd.testing.assert_frame_equal(ours, stock, check_exact=True)
        return ours


@pytest.fixture
def pair(tmp_path: Path) -> Callable[..., Pair]:
    return lambda *objects: make_pair(tmp_path, *objects)


def make_pair(folder: Path, *objects: Any) -> Pair:
    return Pair(
        _repository(folder / "ours", "reference.systems.fti.asof_store.AsOfOfflineStore", objects),
        _repository(folder / "stock", "duckdb", objects),
        folder,
    )


def _repository(folder: Path, offline_store: str, objects: tuple[Any, ...]) -> FeatureStore:
    folder.mkdir()
    (folder / "feature_store.yaml").write_text(
        f"project: sample\nprovider: local\nregistry: {folder}/registry.db\n"
        f"online_store: {{type: sqlite, path: {folder}/online.db}}\n"
        f"offline_store: {{type: {offline_store}}}\n"
        "entity_key_serialization_version: 3\n"
    )
    store = FeatureStore(repo_path=str(folder))
    store.apply([ORIGIN, FLIGHT, *objects])
    return store


def view(
    folder: Path,
    rows: pd.DataFrame,
    name: str = "delays",
    features: tuple[str, ...] = ("delay",),
    keys: tuple[Entity, ...] = (ORIGIN,),
    ttl: timedelta | None = None,
    created: str | None = None,
    **source: Any,
) -> FeatureView:
    rows.to_parquet(folder / f"{name}.parquet", index=False)
    types = {"origin": String, "flight": Int64}
    return FeatureView(
        name=name,
        entities=list(keys),
        ttl=ttl,
        schema=[Field(name=key.name, dtype=types[key.name]) for key in keys]
        + [Field(name=feature, dtype=Float64) for feature in features],
        source=FileSource(
            path=str(folder / f"{name}.parquet"),
            timestamp_field=source.pop("timestamp_field", "event_timestamp"),
            created_timestamp_column=created,
            **source,
        ),
    )


def delays(*rows: tuple[Any, ...], columns: tuple[str, ...] = ("origin", "minute", "delay")) -> pd.DataFrame:
    """Feature rows; `minute` counts from noon, `created` too."""
    table = pd.DataFrame(rows, columns=list(columns))
    table["event_timestamp"] = _at(table.pop("minute"))
    return table.assign(created=_at(table["created"])) if "created" in table else table


def asked(*rows: tuple[Any, float]) -> pd.DataFrame:
    """Entity rows: an origin and a minute after noon."""
    return pd.DataFrame({"origin": [row[0] for row in rows], "event_timestamp": _at(pd.Series([r[1] for r in rows]))})


def _at(minutes: pd.Series) -> pd.Series:
    return (NOON + pd.to_timedelta(minutes.astype(float) * 60_000_000, "us")).astype("datetime64[us, UTC]")


def values(answer: pd.DataFrame, column: str = "delay") -> list[float | None]:
    return [None if pd.isna(value) else value for value in answer[column]]


def test_the_latest_row_at_or_before_the_instant_answers(pair, tmp_path):
    both = pair(view(tmp_path, delays(("JFK", 0, 1.0), ("JFK", 10, 2.0), ("EWR", 5, 3.0))))
    answer = both.compare(asked(("JFK", 20), ("JFK", 10), ("JFK", 9), ("EWR", 60), ("JFK", -1)), ["delays:delay"])
    assert values(answer) == [2.0, 2.0, 1.0, 3.0, None]


def test_a_value_still_answers_when_it_is_exactly_as_old_as_the_ttl_and_no_later(pair, tmp_path):
    both = pair(view(tmp_path, delays(("JFK", 0, 1.0)), ttl=60 * MINUTE))
    rows = asked(("JFK", 60), ("JFK", 60), ("JFK", 0))
    rows.loc[1, "event_timestamp"] += MICROSECOND
    assert values(both.compare(rows, ["delays:delay"])) == [1.0, None, 1.0]


@pytest.mark.parametrize("ttl", [None, timedelta(0)])
def test_without_a_ttl_a_value_never_expires(pair, tmp_path, ttl):
    both = pair(view(tmp_path, delays(("JFK", 0, 1.0)), ttl=ttl))
    assert values(both.compare(asked(("JFK", 60 * 24 * 365 * 30)), ["delays:delay"])) == [1.0]


@pytest.mark.parametrize("first_written", ["old", "new"])
def test_of_equal_event_timestamps_the_latest_created_wins_however_the_file_is_ordered(pair, tmp_path, first_written):
    rows = delays(("JFK", 0, 1.0, 1), ("JFK", 0, 2.0, 2), columns=("origin", "minute", "delay", "created"))
    rows = rows if first_written == "old" else rows[::-1]
    both = pair(view(tmp_path, rows, created="created"))
    assert values(both.compare(asked(("JFK", 5), ("JFK", 0)), ["delays:delay"])) == [2.0, 2.0]


def test_a_row_without_a_created_timestamp_loses_the_tie(pair, tmp_path):
    rows = delays(("JFK", 0, 1.0, np.nan), ("JFK", 0, 2.0, -90), ("JFK", 0, 3.0, np.nan),
                  columns=("origin", "minute", "delay", "created"))  # fmt: skip
    both = pair(view(tmp_path, rows, created="created"))
    assert values(both.compare(asked(("JFK", 5)), ["delays:delay"])) == [2.0]


def test_a_newer_event_wins_though_it_was_created_earlier(pair, tmp_path):
    rows = delays(("JFK", 0, 1.0, 50), ("JFK", 1, 2.0, 2), columns=("origin", "minute", "delay", "created"))
    both = pair(view(tmp_path, rows, created="created"))
    assert values(both.compare(asked(("JFK", 5)), ["delays:delay"])) == [2.0]


def test_a_null_value_is_an_answer_and_hides_the_older_value(pair, tmp_path):
    both = pair(view(tmp_path, delays(("JFK", 0, 1.0), ("JFK", 10, None))))
    assert values(both.compare(asked(("JFK", 5), ("JFK", 15)), ["delays:delay"])) == [1.0, None]


def test_null_and_unknown_keys_get_null_and_never_meet_a_null_key_in_the_view(pair, tmp_path):
    both = pair(view(tmp_path, delays(("JFK", 0, 1.0), (None, 0, 9.0))))
    answer = both.compare(asked(("JFK", 5), (None, 5), ("XXX", 5)), ["delays:delay"])
    assert values(answer) == [1.0, None, None]


def test_an_entity_column_of_nothing_but_nulls_gets_nulls(pair, tmp_path):
    both = pair(view(tmp_path, delays(("JFK", 0, 1.0))))
    assert values(both.compare(asked((None, 5), (None, 6)), ["delays:delay"])) == [None, None]


def test_a_missing_number_among_integer_keys_gets_null(pair, tmp_path):
    rows = delays((1, 0, 1.0), (2, 0, 2.0), columns=("flight", "minute", "delay"))
    both = pair(view(tmp_path, rows, keys=(FLIGHT,)))
    questions = asked(("JFK", 5), ("JFK", 5), ("JFK", 5)).assign(flight=[2.0, np.nan, 7.0])
    assert values(both.compare(questions, ["delays:delay"])) == [2.0, None, None]


def test_duplicated_entity_rows_and_a_strange_index_come_back_once_each(pair, tmp_path):
    both = pair(view(tmp_path, delays(("JFK", 0, 1.0), ("EWR", 0, 2.0))))
    rows = asked(("JFK", 5), ("EWR", 5), ("JFK", 5), ("JFK", 5)).set_index(pd.Index([7, 7, 3, -1], name="odd"))
    assert values(both.compare(rows, ["delays:delay"])) == [1.0, 2.0, 1.0, 1.0]


def test_several_views_with_one_entity_and_with_two_answer_side_by_side(pair, tmp_path):
    triple = delays(("JFK", 1, 0, 5.0), ("JFK", 2, 0, 6.0), ("EWR", 1, 0, 7.0),
                    columns=("origin", "flight", "minute", "seats"))  # fmt: skip
    both = pair(
        view(tmp_path, delays(("JFK", 0, 1.0))),
        view(
            tmp_path,
            delays(("JFK", 3, 2.0)).rename(columns={"delay": "wind"}),
            "weather",
            ("wind",),
            ttl=MINUTE,
        ),
        view(tmp_path, triple, "legs", ("seats",), keys=(ORIGIN, FLIGHT)),
    )
    questions = asked(("JFK", 4), ("JFK", 9), ("EWR", 9), ("EWR", 9), (None, 9)).assign(flight=[2, 1, 1, 2, 1])
    answer = both.compare(questions, ["delays:delay", "weather:wind", "legs:seats"])
    assert values(answer, "wind") == [2.0, None, None, None, None]
    assert values(answer, "seats") == [6.0, 5.0, 7.0, None, None]


def test_many_key_combinations_over_few_rows_are_told_apart(pair, tmp_path):
    rows = delays(*((f"A{n}", n, 0, float(n)) for n in range(40)), columns=("origin", "flight", "minute", "delay"))
    both = pair(view(tmp_path, rows, keys=(ORIGIN, FLIGHT)))
    questions = pd.concat([asked(*((f"A{n}", 1) for n in range(42))).assign(flight=shift) for shift in (3, 41)])
    assert values(both.compare(questions, ["delays:delay"])).count(None) == 83


def test_one_view_under_two_aliases_joins_on_the_mapped_columns(pair, tmp_path):
    weather = view(tmp_path, delays(("JFK", 0, 1.0), ("EWR", 0, 2.0)))
    service = FeatureService(
        name="both_ends",
        features=[
            weather.with_name("here").with_join_key_map({"origin": "from_airport"}),
            weather.with_name("there").with_join_key_map({"origin": "to_airport"}),
        ],
    )
    both = pair(weather, service)
    rows = asked(("-", 5), ("-", 5)).drop(columns="origin").assign(from_airport=["JFK", "EWR"], to_airport=["EWR", "X"])
    answer = both.compare(rows, both.ours.get_feature_service("both_ends"), full_feature_names=True)
    assert values(answer, "here__delay") == [1.0, 2.0]
    assert values(answer, "there__delay") == [2.0, None]


def test_columns_renamed_by_the_source_are_found(pair, tmp_path):
    rows = delays(("JFK", 0, 1.0, 0), ("JFK", 0, 2.0, 1), columns=("origin", "minute", "delay", "created"))
    mapping = {"org": "origin", "ts": "event_timestamp", "made": "created", "dly": "delay"}
    rows = rows.rename(columns={new: old for old, new in mapping.items()})
    both = pair(view(tmp_path, rows, created="created", field_mapping=mapping))
    assert values(both.compare(asked(("JFK", 5)), ["delays:delay"])) == [2.0]


def test_full_feature_names_carry_the_name_of_the_view(pair, tmp_path):
    both = pair(
        view(tmp_path, delays(("JFK", 0, 1.0))),
        view(tmp_path, delays(("JFK", 0, 2.0)), "older"),
    )
    answer = both.compare(asked(("JFK", 5)), ["delays:delay", "older:delay"], full_feature_names=True)
    assert values(answer, "delays__delay") == [1.0]
    assert values(answer, "older__delay") == [2.0]


def test_only_the_requested_features_come_back(pair, tmp_path):
    rows = delays(("JFK", 0, 1.0)).assign(secret=2.0, wind=3.0)
    both = pair(view(tmp_path, rows, features=("delay", "secret", "wind")))
    answer = both.compare(asked(("JFK", 5)), ["delays:wind", "delays:delay"])
    assert list(answer.columns) == ["origin", "event_timestamp", "row", "wind", "delay"]


def test_a_view_without_an_entity_answers_every_row(pair, tmp_path):
    both = pair(view(tmp_path, delays((0, 1.0), (10, 2.0), columns=("minute", "delay")), keys=()))
    assert values(both.compare(asked(("JFK", 5), (None, 15), ("EWR", -1)), ["delays:delay"])) == [
        1.0,
        2.0,
        None,
    ]


def test_a_view_without_rows_answers_null(pair, tmp_path):
    both = pair(view(tmp_path, delays(("JFK", 0, 1.0))[:0], ttl=MINUTE))
    pq.write_table(  # pandas gives empty columns no type
        pa.table({"origin": pa.array([], pa.string()), "delay": pa.array([], pa.float64()),
                  "event_timestamp": pa.array([], pa.timestamp("us", "UTC"))}),
        tmp_path / "delays.parquet",
    )  # fmt: skip
    assert values(both.compare(asked(("JFK", 5), ("EWR", 5)), ["delays:delay"])) == [None, None]


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo", None])
def test_instants_of_any_zone_come_back_in_utc_and_a_missing_zone_means_utc(pair, tmp_path, zone):
    both = pair(view(tmp_path, delays(("JFK", 0, 1.0), ("JFK", 10, 2.0))))
    rows = asked(("JFK", 9), ("JFK", 10))
    rows["event_timestamp"] = rows["event_timestamp"].dt.tz_convert(zone)  # None: the same in UTC, without a zone
    answer = both.compare(rows, ["delays:delay"])
    assert values(answer) == [1.0, 2.0]
    assert str(answer["event_timestamp"].dtype) == "datetime64[us, UTC]"


@pytest.mark.parametrize("unit", ["ns", "us", "ms"])
@pytest.mark.parametrize("zone", ["America/New_York", "UTC", None])
def test_sources_in_any_zone_and_unit_mean_the_same_instants(pair, tmp_path, unit, zone):
    rows = delays(("JFK", 0, 1.0), ("JFK", 10, 2.0))
    rows["event_timestamp"] = rows["event_timestamp"].dt.tz_convert(zone).dt.as_unit(unit)
    both = pair(view(tmp_path, rows, ttl=timedelta(hours=1)))
    assert values(both.compare(asked(("JFK", 9), ("JFK", 10), ("JFK", 71)), ["delays:delay"])) == [
        1.0,
        2.0,
        None,
    ]


def test_the_zone_of_the_machine_changes_nothing(pair, tmp_path):
    rows = delays(("JFK", 0, 1.0), ("JFK", 10, 2.0))
    rows["event_timestamp"] = rows["event_timestamp"].dt.tz_localize(None)
    both = pair(view(tmp_path, rows, ttl=timedelta(days=1)))
    asked(("JFK", 5), ("JFK", 24 * 60 + 10), ("JFK", 24 * 60 + 11)).to_parquet(tmp_path / "asked.parquet")
    program = (
        "import sys, pandas, feast; store = feast.FeatureStore(repo_path=sys.argv[1])\n"
        "job = store.get_historical_features(pandas.read_parquet(sys.argv[2]), ['delays:delay'])\n"
        "print(job.to_df()['delay'].tolist())"
    )
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, both.folder / "ours", tmp_path / "asked.parquet"],
        env={**os.environ, "TZ": "America/New_York"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.strip().splitlines()[-1] == "[1.0, 2.0, nan]"


def test_the_instant_may_have_another_name_and_come_as_text(pair, tmp_path):
    both = pair(view(tmp_path, delays(("JFK", 0, 1.0))))
    rows = asked(("JFK", 5)).rename(columns={"event_timestamp": "asked_at"})
    assert values(both.compare(rows, ["delays:delay"])) == [1.0]
    text = asked(("JFK", 5)).assign(event_timestamp=["2013-03-01T12:05:00Z"])
    assert values(both.compare(text, ["delays:delay"])) == [1.0]


def test_on_demand_features_are_computed_on_top(pair, tmp_path):
    request = RequestSource(name="request", schema=[Field(name="distance", dtype=Float64)])
    stored = view(tmp_path, delays(("JFK", 0, 1.0)))

    @on_demand_feature_view(sources=[stored, request], schema=[Field(name="per_mile", dtype=Float64)])
    def ratio(inputs: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"per_mile": inputs["delay"] / inputs["distance"]})

    both = pair(stored, ratio)
    rows = asked(("JFK", 5), ("EWR", 5)).assign(distance=[2.0, 4.0])
    assert values(both.compare(rows, ["ratio:per_mile"]), "per_mile") == [0.5, None]


def test_rows_created_after_the_instant_do_not_count_when_feast_is_told_so(pair, tmp_path):
    rows = delays(
        ("JFK", 0, 1.0, 1), ("JFK", 10, 2.0, 30), ("JFK", 20, 3.0, 21), ("JFK", 0, 4.0, 15),
        ("JFK", 22, 5.0, np.nan),
        columns=("origin", "minute", "delay", "created"),
    )  # fmt: skip
    both = pair(view(tmp_path, rows, created="created", ttl=25 * MINUTE))
    questions = asked(*(("JFK", minute) for minute in (0, 1, 12, 15, 20.5, 21, 29, 35, 45, 46)))
    answer = both.compare(questions, ["delays:delay"], filter_by_created_timestamp=True)
    assert values(answer) == [None, 1.0, 1.0, 4.0, 4.0, 3.0, 3.0, 3.0, 3.0, None]


def test_the_job_describes_itself_as_feasts_job_does(pair, tmp_path):
    both = pair(view(tmp_path, delays(("JFK", 0, 1.0))))
    jobs = [
        store.get_historical_features(asked(("JFK", 5), ("EWR", 9)), ["delays:delay"])
        for store in (both.ours, both.stock)
    ]
    for attribute in ("features", "keys", "min_event_timestamp", "max_event_timestamp"):
        assert getattr(jobs[0].metadata, attribute) == getattr(jobs[1].metadata, attribute)
    assert jobs[0].to_arrow().schema.equals(jobs[1].to_arrow().schema)
    assert jobs[0].full_feature_names is False


def test_a_read_can_be_saved_as_a_dataset_and_read_back(pair, tmp_path):
    both = pair(view(tmp_path, delays(("JFK", 0, 1.0))))
    job = both.ours.get_historical_features(asked(("JFK", 5)), ["delays:delay"])
    saved = both.ours.create_saved_dataset(job, "training", SavedDatasetFileStorage(str(tmp_path / "saved.parquet")))
    assert values(saved.to_df()) == [1.0]


def test_the_callers_frame_stays_as_it_was(pair, tmp_path):
    both = pair(view(tmp_path, delays(("JFK", 0, 1.0))))
    rows = asked(("JFK", 5), ("EWR", 6))
    before = rows.copy()
    both.ours.get_historical_features(rows, ["delays:delay"]).to_df()
    pd.testing.assert_frame_equal(rows, before)


def test_entity_rows_without_an_instant_and_no_entity_rows_at_all_are_answered(pair, tmp_path):
    both = pair(view(tmp_path, delays(("JFK", 0, 1.0)), ttl=MINUTE))
    rows = asked(("JFK", 1), ("JFK", np.nan))
    assert values(both.compare(rows, ["delays:delay"])) == [1.0, None]
    assert len(both.compare(rows[:0], ["delays:delay"])) == 0


def test_other_columns_of_the_entity_rows_come_back_with_feasts_types(pair, tmp_path):
    both = pair(view(tmp_path, delays(("JFK", 0, 1.0))))
    rows = asked(("JFK", 5), ("EWR", 5)).assign(
        origin=pd.Categorical(["JFK", "EWR"]),
        scheduled=pd.to_datetime(["2013-03-01", None]),
        flight=np.array([1, 2], "int32"),
        late=[True, False],
        label=["a", None],
        share=[0.5, np.nan],
    )
    assert values(both.compare(rows, ["delays:delay"])) == [1.0, None]


@pytest.mark.parametrize("entities", ["SELECT * FROM flights", None])
def test_entities_that_are_no_frame_are_refused_in_one_line(pair, tmp_path, entities):
    both = pair(view(tmp_path, delays(("JFK", 0, 1.0))))
    with pytest.raises(ValueError, match=r"^AsOfOfflineStore joins onto a pandas DataFrame, not (str|NoneType)$"):
        both.ours.get_historical_features(entities, ["delays:delay"])


def test_a_missing_join_key_is_named(pair, tmp_path):
    both = pair(view(tmp_path, delays(("JFK", 0, 1.0))))
    with pytest.raises(FeastEntityDFMissingColumnsError, match="origin"):
        both.ours.get_historical_features(asked(("JFK", 5)).drop(columns="origin"), ["delays:delay"])


def test_text_keys_against_numbers_are_refused(pair, tmp_path):
    rows = delays((1, 0, 1.0), columns=("flight", "minute", "delay"))
    both = pair(view(tmp_path, rows, keys=(FLIGHT,)))
    with pytest.raises(ValueError, match="int64 in the view and string in the entity rows"):
        both.ours.get_historical_features(asked(("JFK", 5)).assign(flight=["1"]), ["delays:delay"]).to_df()


def test_an_entity_column_named_like_a_requested_feature_is_refused(pair, tmp_path):
    both = pair(view(tmp_path, delays(("JFK", 0, 1.0))))
    with pytest.raises(ValueError, match="delay"):
        both.ours.get_historical_features(asked(("JFK", 5)).assign(delay=0.0), ["delays:delay"])


def test_a_source_that_is_not_parquet_is_refused(pair, tmp_path):
    both = pair(view(tmp_path, delays(("JFK", 0, 1.0)), "delays"))
    registered = both.ours.get_feature_view("delays")
    registered.batch_source.file_options.file_format = DeltaFormat()
    both.ours.registry.apply_feature_view(registered, "sample")
    with pytest.raises(ValueError, match="Parquet FileSource"):
        both.ours.get_historical_features(asked(("JFK", 5)), ["delays:delay"])


class TestWhereFeastsStoreCannotBeMatched:
    """Differences we keep: in each of them Feast's answer depends on the machine, or there is none."""

    def test_a_ttl_of_days_and_hours_works_here_and_raises_there(self, pair, tmp_path):
        both = pair(view(tmp_path, delays(("JFK", 0, 1.0)), ttl=timedelta(hours=36)))
        answer = both.ours.get_historical_features(asked(("JFK", 36 * 60), ("JFK", 36 * 60 + 1)), ["delays:delay"])
        assert values(answer.to_df()) == [1.0, None]
        with pytest.raises(ValueError, match="mixed units"):
            both.stock.get_historical_features(asked(("JFK", 5)), ["delays:delay"])

    def test_a_feature_name_that_ends_in_y_after_an_underscore_works_here_and_raises_there(self, pair, tmp_path):
        rows = delays(("JFK", 0, 1.0), columns=("origin", "minute", "wind_y"))
        both = pair(view(tmp_path, rows, features=("wind_y",)))
        answer = both.ours.get_historical_features(asked(("JFK", 5)), ["delays:wind_y"]).to_df()
        assert values(answer, "wind_y") == [1.0]
        with pytest.raises(Exception, match="'wind_y' is not found"):
            both.stock.get_historical_features(asked(("JFK", 5)), ["delays:wind_y"])

    def test_instants_in_nanoseconds_are_cut_to_microseconds_here_and_raise_there(self, pair, tmp_path):
        both = pair(view(tmp_path, delays(("JFK", 0, 1.0))))
        rows = asked(("JFK", 0), ("JFK", 0))
        rows["event_timestamp"] = pd.to_datetime([NOON.value - 1, NOON.value + 999], utc=True)
        assert values(both.ours.get_historical_features(rows, ["delays:delay"]).to_df()) == [None, 1.0]
        with pytest.raises(pa.ArrowInvalid, match="would lose data"):
            both.stock.get_historical_features(rows, ["delays:delay"]).to_df()

    def test_a_relative_path_starts_at_the_repository_here_and_at_the_working_directory_there(
        self, pair, tmp_path, monkeypatch
    ):
        relative = view(tmp_path, delays(("JFK", 0, 1.0)))
        relative.batch_source.file_options.uri = "../delays.parquet"  # type: ignore[union-attr]
        both = pair(relative)
        monkeypatch.chdir(tmp_path)
        assert values(both.ours.get_historical_features(asked(("JFK", 5)), ["delays:delay"]).to_df()) == [1.0]
        with pytest.raises(Exception, match="No files found"):
            both.stock.get_historical_features(asked(("JFK", 5)), ["delays:delay"])


ORIGINS = st.sampled_from(["JFK", "EWR", None])
FEW_MINUTES = st.integers(0, 6)
ROW = st.tuples(ORIGINS, FEW_MINUTES, st.one_of(st.none(), st.floats(-9, 9)))
QUESTION = st.tuples(st.sampled_from(["JFK", "EWR", "LGA", None]), st.integers(-1, 9))
TTLS = (None, 2 * MINUTE, 3 * MINUTE)


@pytest.fixture(scope="module")
def three_views(tmp_path_factory) -> Pair:
    """Three views that differ in their TTL; the property test writes new rows under them."""
    folder = tmp_path_factory.mktemp("property")
    empty = delays(("JFK", 0, 1.0, 0), columns=("origin", "minute", "delay", "created"))
    return make_pair(
        folder, *(view(folder, empty, f"ttl_{n}", ttl=ttl, created="created") for n, ttl in enumerate(TTLS))
    )


@given(
    st.lists(ROW, min_size=1, max_size=12),
    st.lists(QUESTION, min_size=1, max_size=8),
    st.booleans(),
    st.randoms(),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_small_tables_give_the_same_rows_in_both_stores(three_views, rows, questions, by_created, random):
    created = random.sample(range(len(rows)), len(rows))  # all different: Feast itself leaves a full tie to chance
    table = delays(*((*row, made) for row, made in zip(rows, created, strict=True)),
                   columns=("origin", "minute", "delay", "created"))  # fmt: skip
    table = table.astype({"origin": object, "delay": float})
    for number in range(len(TTLS)):
        pq.write_table(_typed(table), three_views.folder / f"ttl_{number}.parquet")
    three_views.compare(
        asked(*questions), [f"ttl_{number}:delay" for number in range(len(TTLS))],
        full_feature_names=True, filter_by_created_timestamp=by_created,
    )  # fmt: skip


def _typed(table: pd.DataFrame) -> pa.Table:
    stamp = pa.timestamp("us", "UTC")
    kinds = {"origin": pa.string(), "delay": pa.float64(), "event_timestamp": stamp, "created": stamp}
    return pa.Table.from_pandas(table[list(kinds)], schema=pa.schema(list(kinds.items())), preserve_index=False)


KEYS = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9)), max_size=12)


@given(
    KEYS,
    st.lists(st.tuples(st.sampled_from(["a", "b", "c", None]), st.integers(0, 9)), min_size=1, max_size=8),
)
def test_keys_of_two_parts_get_equal_codes_exactly_when_both_parts_are_equal(rows, questions):
    def columns(keys: list[tuple[Any, int]]) -> list[pa.ChunkedArray]:
        return [pa.chunked_array([pa.array([key[part] for key in keys], kind)]) for part, kind in enumerate(PARTS)]

    row_codes, asked_codes = shared_codes(columns(rows), columns(questions), len(rows))
    for question, code in zip(questions, asked_codes, strict=True):
        assert [number for number, key in enumerate(rows) if key == question] == [
            number for number, other in enumerate(row_codes) if other == code and code >= 0
        ]
    assert all(0 <= code < len(rows) for code in row_codes)


PARTS = (pa.string(), pa.int64())
TIMED_KEYS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=12)


@given(TIMED_KEYS, TIMED_KEYS)
def test_the_search_finds_the_last_row_of_the_key_that_was_known(rows, questions):
    rows = sorted(rows, key=lambda row: row[0])
    known, keys, instants, wanted = (
        np.array([row[part] for row in table], np.int64) for table in (rows, questions) for part in (0, 1)
    )
    keys, wanted = np.minimum(keys, max(len(rows) - 1, 0)), wanted - 1
    expected = [
        max((n for n in range(len(rows)) if keys[n] == key and known[n] <= at), default=-1)
        for at, key in zip(instants, wanted, strict=True)
    ]
    assert list(latest_rows(known, keys, instants, wanted)) == expected
