"""The contestants: each takes the folder of feature files and the entity rows, and returns the joined rows.

All start from the same pandas frame in memory and the same Parquet files, and end with an Arrow table that
holds the same values; `fingerprint` proves it. All but Feast's store keep the order of the entity rows.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa

from lab.bench.feast_repositories import open_store
from lab.bench.flight_tables import FEATURES, ViewShape

Views = tuple[ViewShape, ...]
Join = Callable[[Path, pd.DataFrame, Views], pa.Table]
COLUMNS = [feature.split(":")[1] for feature in FEATURES]


def ours(tables: Path, entities: pd.DataFrame, views: Views) -> pa.Table:
    """The as-of store of this repository, through Feast (whose registry knows the views)."""
    return open_store("ours", tables).get_historical_features(entities, FEATURES).to_arrow()


def stock(tables: Path, entities: pd.DataFrame, views: Views) -> pa.Table:
    """Feast's own DuckDB store, through Feast."""
    return open_store("stock", tables).get_historical_features(entities, FEATURES).to_arrow()


def polars(tables: Path, entities: pd.DataFrame, views: Views) -> pa.Table:
    """Polars `join_asof`, nothing around it."""
    joined = pl.from_pandas(entities).with_row_index("row").sort("event_timestamp")
    for view in views:
        rows = pl.read_parquet(tables / f"{view.name}.parquet").sort("event_timestamp", "created_timestamp")
        rows = rows.select(*view.keys, "event_timestamp", *view.features)
        joined = joined.join_asof(
            rows, on="event_timestamp", by=list(view.keys), tolerance=view.ttl, check_sortedness=False
        )
    return joined.sort("row").drop("row").to_arrow()


def pandas(tables: Path, entities: pd.DataFrame, views: Views) -> pa.Table:
    """pandas `merge_asof`."""
    joined = entities.assign(row=range(len(entities))).sort_values("event_timestamp")
    for view in views:
        rows = pd.read_parquet(tables / f"{view.name}.parquet")
        rows = rows.sort_values(["event_timestamp", "created_timestamp"]).drop(columns="created_timestamp")
        joined = pd.merge_asof(joined, rows, on="event_timestamp", by=list(view.keys), tolerance=view.ttl)
    return pa.Table.from_pandas(joined.sort_values("row").drop(columns="row"), preserve_index=False)


def duckdb_asof(tables: Path, entities: pd.DataFrame, views: Views) -> pa.Table:
    """One SQL statement with one ASOF LEFT JOIN per view."""
    joins = " ".join(_asof_clause(view, tables) for view in views)
    features = ", ".join(_live_value(view, feature) for view in views for feature in view.features)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("entities", pa.Table.from_pandas(entities.assign(row=range(len(entities)))))
        sql = f"SELECT e.* EXCLUDE (row), {features} FROM entities e {joins} ORDER BY e.row"
        return connection.sql(sql).to_arrow_table()


def _asof_clause(view: ViewShape, tables: Path) -> str:
    same_key = " AND ".join(f"e.{key} = {view.name}.{key}" for key in view.keys)
    # comparing pairs breaks ties: of equal event timestamps the latest created one stands last
    row = f"({view.name}.event_timestamp, {view.name}.created_timestamp)"
    latest = f"(e.event_timestamp, 'infinity'::TIMESTAMPTZ) >= {row}"
    return f"ASOF LEFT JOIN '{tables}/{view.name}.parquet' {view.name} ON {same_key} AND {latest}"


def _live_value(view: ViewShape, feature: str) -> str:
    if view.ttl is None:
        return f"{view.name}.{feature}"
    seconds = view.ttl // timedelta(seconds=1)
    alive = f"{view.name}.event_timestamp + INTERVAL {seconds} SECOND >= e.event_timestamp"
    return f"CASE WHEN {alive} THEN {view.name}.{feature} END AS {feature}"


JOINS: dict[str, Join] = {
    "ours": ours,
    "stock": stock,
    "polars": polars,
    "duckdb_asof": duckdb_asof,
    "pandas": pandas,
}


def fingerprint(table: pa.Table) -> str:
    """A digest of all feature values in order of flight; equal when every value is equal, bit by bit."""
    frame = table.select(["flight_id", *COLUMNS]).to_pandas().sort_values("flight_id")
    return hashlib.sha256(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes()).hexdigest()[:16]
