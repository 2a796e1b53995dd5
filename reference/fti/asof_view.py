"""One feature view of the as-of store: what to read of it, and its values at the instants of the entity rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import duckdb
import numpy as np
import pyarrow as pa
from feast import FeatureView, RepoConfig
from feast.data_format import ParquetFormat
from feast.infra.offline_stores.file_source import FileSource

from reference.fti.asof_search import latest_rows, shared_codes

EVENT, CREATED, KNOWN, KEY = (
    "__event_us",
    "__created_us",
    "__known_us",
    "__key_",
)  # columns of our own, named so that no feature has them
BEFORE_ALL_TIME = np.iinfo(np.int64).min  # the instant of an entity row that has none: nothing was known yet


@dataclass(frozen=True)
class AsOfView:
    """One view's query, its join keys (column of the query -> entity column), its features and its TTL in µs."""

    sql: str
    keys: dict[str, str]
    features: list[str]
    ttl_us: int | None

    @classmethod
    def plan(
        cls, view: FeatureView, feature_refs: list[str], full_names: bool, by_created: bool, config: RepoConfig
    ) -> "AsOfView":
        """The read of those `feature_refs` ("view:feature") that are of `view`; ValueError for a source not Parquet."""
        source = _parquet_source(view)
        wanted = [ref.split(":")[1] for ref in feature_refs if ref.split(":")[0] == view.projection.name_to_use()]
        prefix = f"{view.projection.name_alias or view.name}__" if full_names else ""
        keys = view.projection.join_key_map or {key.name: key.name for key in view.entity_columns}
        selected = {KEY + key: key for key in keys} | {prefix + name: name for name in wanted}
        return cls(
            sql=_history_sql(source, selected, by_created, config),
            keys={KEY + key: column for key, column in keys.items()},
            features=[prefix + name for name in wanted],
            ttl_us=view.ttl // timedelta(microseconds=1) if view.ttl else None,
        )

    def read(
        self, connection: duckdb.DuckDBPyConnection, entities: pa.Table, instant: str
    ) -> dict[str, pa.ChunkedArray]:
        """One column per feature, in the order of `entities`, which has the join keys and the `instant` (µs, UTC)."""
        history = connection.sql(self.sql).to_arrow_table()
        row_keys, asked_keys = shared_codes(
            [history[key] for key in self.keys], [entities[column] for column in self.keys.values()], len(history)
        )
        asked_us = entities[instant].cast(pa.int64()).fill_null(BEFORE_ALL_TIME).to_numpy()
        rows = latest_rows(history[KNOWN].to_numpy(), row_keys, asked_us, np.broadcast_to(asked_keys, asked_us.shape))
        rows = self._drop_expired(rows, history[EVENT].to_numpy(), asked_us)
        places = pa.array(rows, mask=rows < 0)
        return {name: history[name].take(places) for name in self.features}

    def _drop_expired(self, rows: np.ndarray, event_us: np.ndarray, asked_us: np.ndarray) -> np.ndarray:
        if self.ttl_us is None or len(event_us) == 0:
            return rows
        return np.where(event_us[rows] + self.ttl_us >= asked_us, rows, -1)


def _parquet_source(view: FeatureView) -> FileSource:
    source = view.batch_source
    if not isinstance(source, FileSource) or not isinstance(source.file_format, ParquetFormat | None):
        raise ValueError(f"AsOfOfflineStore reads Parquet FileSources; the source of '{view.name}' is none")
    return source


def _history_sql(source: FileSource, selected: Mapping[str, str], by_created: bool, config: RepoConfig) -> str:
    """The rows of a view in the order in which they became known; among equals the one that wins comes last.

    `selected` maps our columns to Feast's names of them. With `by_created` a row is known once its event and its
    creation are both past; one that a newer event had overtaken by then must never show, so the window drops it.
    """
    originals = {feast_name: original for original, feast_name in source.field_mapping.items()}
    path = FileSource.get_uri_for_file_path(config.repo_path, source.path).replace("'", "''")
    keys = [_quoted(ours) for ours in selected if ours.startswith(KEY)]
    columns = [f"{_quoted(originals.get(name, name))} AS {_quoted(ours)}" for ours, name in selected.items()]
    created, known, overtaken = "NULL::BIGINT", EVENT, ""
    if source.created_timestamp_column:
        created = _microseconds(originals.get(source.created_timestamp_column, source.created_timestamp_column))
    if by_created and source.created_timestamp_column:
        known = f"greatest({EVENT}, {CREATED})"
        partition = f"PARTITION BY {', '.join(keys)}" if keys else ""
        newest = f"max(({EVENT}, {CREATED})) OVER ({partition} ORDER BY {KNOWN})"
        overtaken = f"AND {CREATED} IS NOT NULL QUALIFY ({EVENT}, {CREATED}) >= {newest}"
    event = _microseconds(originals.get(source.timestamp_field, source.timestamp_field))
    columns += [f"{event} AS {EVENT}", f"{created} AS {CREATED}", f"{known} AS {KNOWN}"]
    complete = " AND ".join(f"{column} IS NOT NULL" for column in [EVENT, *keys])
    return (
        f"SELECT {', '.join(columns)} FROM read_parquet('{path}') WHERE {complete} {overtaken} "
        f"ORDER BY {KNOWN}, {EVENT}, {CREATED} NULLS FIRST"
    )


def _microseconds(column: str) -> str:
    return f"epoch_us(CAST({_quoted(column)} AS TIMESTAMPTZ))"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
