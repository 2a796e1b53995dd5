"""A Feast offline store whose historical read is an as-of join; all else stays Feast's DuckDB store.

`feature_store.yaml` names it: `offline_store: {type: reference.fti.asof_store.AsOfOfflineStore}`.

Feast's store joins every entity row to all feature rows of its key and drops all but the latest afterwards, so time and
memory grow with rows × history. Here DuckDB reads each view once, in order of time, and a binary search answers each
entity row. The values are those of Feast's store (tests/test_asof_store.py compares them row by row). DuckDB's own ASOF
JOIN gives them too, but sorts all entity rows again for every view: bench/point_in_time.py has the price of each.
"""

from typing import Any, Literal

import duckdb
import ibis
import pandas as pd
import pyarrow as pa
from feast import FeatureView, RepoConfig
from feast.errors import FeastEntityDFMissingColumnsError
from feast.infra.offline_stores.duckdb import DuckDBOfflineStore, DuckDBOfflineStoreConfig, _write_data_source
from feast.infra.offline_stores.offline_store import RetrievalJob, RetrievalMetadata
from feast.infra.offline_stores.offline_utils import infer_event_timestamp_from_entity_df
from feast.infra.registry.base_registry import BaseRegistry
from feast.on_demand_feature_view import OnDemandFeatureView
from feast.saved_dataset import SavedDatasetStorage

from reference.fti.asof_view import AsOfView

STORE = "reference.fti.asof_store.AsOfOfflineStore"
MICROSECONDS_UTC = pa.timestamp("us", tz="UTC")


class AsOfOfflineStoreConfig(DuckDBOfflineStoreConfig):
    """The `offline_store` block of `feature_store.yaml`; the options are those of Feast's DuckDB store."""

    type: Literal["reference.fti.asof_store.AsOfOfflineStore"] = STORE  # type: ignore[assignment]


class AsOfOfflineStore(DuckDBOfflineStore):
    """Feast's DuckDB store with another historical read."""

    @staticmethod
    def get_historical_features(  # type: ignore[override]
        config: RepoConfig,
        feature_views: list[FeatureView],
        feature_refs: list[str],
        entity_df: pd.DataFrame,
        registry: BaseRegistry,
        project: str,
        full_feature_names: bool = False,
        filter_by_created_timestamp: bool = False,
        **dates: Any,
    ) -> "AsOfRetrievalJob":
        """Plan the read; nothing is read before `to_df` or `to_arrow`. Arguments as in Feast's `OfflineStore`.

        The job returns every entity row once, in the order given: its own columns, then one column per feature. A
        value is the latest of its key with event timestamp <= the row's instant (a tie goes to the latest created
        timestamp, a null one last) and >= the instant minus the TTL, both edges included; TTL 0 or None means no
        limit. Null keys, keys without rows and values too old give null. Times without a zone are UTC, and times are
        compared in microseconds. With `filter_by_created_timestamp`, rows created after the instant do not count.

        Raises ValueError for an entity that is not a DataFrame and for a source that is not a Parquet FileSource, and
        FeastEntityDFMissingColumnsError for a DataFrame without all join keys.
        """
        if not isinstance(entity_df, pd.DataFrame):
            raise ValueError(f"AsOfOfflineStore joins onto a pandas DataFrame, not {type(entity_df).__name__}")
        instant = infer_event_timestamp_from_entity_df(dict(entity_df.dtypes))
        entity_df = entity_df.assign(**{instant: pd.to_datetime(entity_df[instant], utc=True)})
        views = [
            AsOfView.plan(view, feature_refs, full_feature_names, filter_by_created_timestamp, config)
            for view in feature_views
        ]
        _require_keys(entity_df, views)
        keys = sorted(set(entity_df) - {instant})
        metadata = RetrievalMetadata(feature_refs, keys, entity_df[instant].min(), entity_df[instant].max())
        on_demand = OnDemandFeatureView.get_requested_odfvs(feature_refs, project, registry)
        return AsOfRetrievalJob(entity_df, instant, views, on_demand, full_feature_names, metadata, config)


def _require_keys(entity_df: pd.DataFrame, views: list[AsOfView]) -> None:
    expected = {column for view in views for column in view.keys.values()}
    if missing := expected - set(entity_df):
        raise FeastEntityDFMissingColumnsError(expected, missing)


class AsOfRetrievalJob(RetrievalJob):
    """One planned read. `to_df` and `to_arrow` (inherited) add the on-demand features and run the read each time."""

    def __init__(
        self,
        entity_df: pd.DataFrame,
        instant: str,
        views: list[AsOfView],
        on_demand: list[OnDemandFeatureView],
        full_feature_names: bool,
        metadata: RetrievalMetadata,
        config: RepoConfig,
    ) -> None:
        super().__init__()
        self._entity_df, self._instant, self._views = entity_df, instant, views
        self._on_demand, self._full_names = on_demand, full_feature_names
        self._metadata, self._repo_path = metadata, str(config.repo_path)

    def _to_arrow_internal(self, timeout: int | None = None) -> pa.Table:
        table = pa.Table.from_pandas(self._entity_df, preserve_index=False).replace_schema_metadata()
        place = table.column_names.index(self._instant)
        table = table.set_column(place, self._instant, table[self._instant].cast(MICROSECONDS_UTC, safe=False))
        columns: dict[str, pa.ChunkedArray] = {}
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")  # else times without a zone are read in the machine's zone
            for view in self._views:
                columns |= view.read(connection, table, self._instant)
        for name, values in columns.items():
            table = table.append_column(name, values)
        return table

    def _to_df_internal(self, timeout: int | None = None) -> pd.DataFrame:
        return self._to_arrow_internal(timeout).to_pandas()

    def persist(self, storage: SavedDatasetStorage, allow_overwrite: bool = False, timeout: int | None = None) -> None:
        """Write the rows to `storage`; raises SavedDatasetLocationAlreadyExists unless `allow_overwrite`."""
        rows = ibis.memtable(self._to_arrow_internal(timeout))
        _write_data_source(rows, storage.to_data_source(), self._repo_path, "overwrite", allow_overwrite)

    @property
    def full_feature_names(self) -> bool:
        return self._full_names

    @property
    def on_demand_feature_views(self) -> list[OnDemandFeatureView]:
        return self._on_demand

    @property
    def metadata(self) -> RetrievalMetadata:
        return self._metadata
