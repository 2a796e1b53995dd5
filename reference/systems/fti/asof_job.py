"""One planned read of the as-of store."""

from concurrent.futures import ThreadPoolExecutor

import duckdb
import ibis
import pandas as pd
import pyarrow as pa
from feast import RepoConfig
from feast.infra.offline_stores.duckdb import _write_data_source
from feast.infra.offline_stores.offline_store import RetrievalJob, RetrievalMetadata
from feast.on_demand_feature_view import OnDemandFeatureView
from feast.saved_dataset import SavedDatasetStorage

from reference.systems.fti.asof_view import AsOfView


class AsOfRetrievalJob(RetrievalJob):
    """One planned read; `to_df` and `to_arrow` run it each time and add the on-demand features."""

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
        given = pa.Table.from_pandas(self._entity_df, preserve_index=False)
        entities = pa.table({name: _as_feast_returns_it(given[name]) for name in given.column_names})
        columns = {name: entities[name] for name in entities.column_names}
        with duckdb.connect() as connection, ThreadPoolExecutor() as threads:
            connection.execute("SET GLOBAL TimeZone = 'UTC'")  # of times without a zone; not the machine's zone
            for features in threads.map(lambda view: self._read(view, connection, entities), self._views):
                columns |= features
        return pa.table(columns)

    def _read(
        self, view: AsOfView, connection: duckdb.DuckDBPyConnection, entities: pa.Table
    ) -> dict[str, pa.ChunkedArray]:
        with connection.cursor() as own:  # a connection serves one thread at a time
            return view.read(own, entities, self._instant)

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


def _as_feast_returns_it(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column in the types of Feast's store: times in µs, no categories."""
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.timestamp("us", tz=column.type.tz), safe=False)
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
