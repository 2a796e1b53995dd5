"""One feature view of the as-of store: what to read of it, and its values at the entity rows' instants."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import duckdb
import numpy as np
import pyarrow as pa
from feast import FeatureView, RepoConfig
from feast.data_format import ParquetFormat
from feast.infra.offline_stores.file_source import FileSource

from reference.systems.fti.asof_search import latest_rows, shared_codes

# Columns of our own, named so that no feature has them.
EVENT, CREATED, KNOWN, KEY = "__event_us", "__created_us", "__known_us", "__key_"
BEFORE_ALL_TIME = np.iinfo(np.int64).min  # the instant of an entity row that has none: nothing was known yet


@dataclass(frozen=True)
class AsOfView:
    """One view's query, join keys (column of the query -> entity column), features and TTL (µs)."""

    sql: str
    keys: dict[str, str]
    features: list[str]
    ttl_us: int | None

    @classmethod
    def plan(
        cls,
        view: FeatureView,
        feature_refs: list[str],
        full_names: bool,
        by_created: bool,
        config: RepoConfig,
    ) -> "AsOfView":
        """The read of those `feature_refs` ("view:feature") that are of `view`; ValueError if not Parquet."""
        source, view_name = _parquet_source(view), view.projection.name_to_use()
        wanted = [name for ref in feature_refs for of, name in [ref.split(":", 1)] if of == view_name]
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
        """One column per feature, in the order of `entities`: join keys and an `instant` column (µs, UTC)."""
        history = _in_order(connection.sql(self.sql).to_arrow_table())
        row_keys, asked_keys = shared_codes(
            [history[key] for key in self.keys],
            [entities[column] for column in self.keys.values()],
            len(history),
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


def _in_order(history: pa.Table) -> pa.Table:
    """The rows in the order in which they became known; among equals the one that wins comes last."""
    known, event, created = (history[name].fill_null(BEFORE_ALL_TIME).to_numpy() for name in (KNOWN, EVENT, CREATED))
    later = created[1:] >= created[:-1]
    for times in (event, known):
        later = (times[1:] > times[:-1]) | ((times[1:] == times[:-1]) & later)
    # A pipeline that appends has written them so; the look costs a hundredth of the sort.
    return history if later.all() else history.take(np.lexsort((created, event, known)))


def _parquet_source(view: FeatureView) -> FileSource:
    source = view.batch_source
    if not isinstance(source, FileSource) or not isinstance(source.file_format, ParquetFormat | None):
        raise ValueError(f"AsOfOfflineStore reads Parquet FileSources; the source of '{view.name}' is none")
    return source


def _history_sql(source: FileSource, selected: Mapping[str, str], by_created: bool, config: RepoConfig) -> str:
    """All rows that have a time and a key; `selected` maps our columns to the names that Feast knows."""
    originals = {feast_name: original for original, feast_name in source.field_mapping.items()}
    column = {ours: _quoted(originals.get(name, name)) for ours, name in selected.items()}
    column[EVENT], column[CREATED], column[KNOWN] = (
        f"epoch_us(CAST({_quoted(originals.get(name, name))} AS TIMESTAMPTZ))" if name else "NULL::BIGINT"
        for name in (source.timestamp_field, source.created_timestamp_column, source.timestamp_field)
    )
    complete, overtaken = [EVENT, *(_quoted(ours) for ours in selected if ours.startswith(KEY))], ""
    if by_created and source.created_timestamp_column:
        overtaken = _not_overtaken(complete[1:])
        column[KNOWN] = f"greatest({EVENT}, {CREATED})"
        complete.append(CREATED)
    path = FileSource.get_uri_for_file_path(config.repo_path, source.path).replace("'", "''")
    return (
        f"SELECT {', '.join(f'{original} AS {_quoted(ours)}' for ours, original in column.items())} "
        f"FROM read_parquet('{path}') WHERE {' AND '.join(f'{name} IS NOT NULL' for name in complete)} "
        f"{overtaken}"
    )


def _not_overtaken(keys: list[str]) -> str:
    """Where a row counts only from its creation on: drop one that a newer event had overtaken by then."""
    partition = f"PARTITION BY {', '.join(keys)}" if keys else ""
    newest = f"max(({EVENT}, {CREATED})) OVER ({partition} ORDER BY {KNOWN})"
    return f"QUALIFY ({EVENT}, {CREATED}) >= {newest}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
