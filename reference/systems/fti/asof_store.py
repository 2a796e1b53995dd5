"""A Feast offline store whose historical read is an as-of join; all else stays Feast's DuckDB store.

`feature_store.yaml` names it: `offline_store: {type: reference.systems.fti.asof_store.AsOfOfflineStore}`.

Feast's store joins every entity row to all feature rows of its key and drops all but the latest afterwards,
so time and memory grow with rows × history. Here DuckDB reads each view once and a binary search over its
rows, in order of time, answers each entity row. The values are those of Feast's store:
tests/systems/test_asof_store.py compares them row by row. DuckDB's own ASOF JOIN gives them too, but sorts the
entity rows again for every view; lab/bench/point_in_time.py has the price of each way.
"""

from typing import Any, Literal

import pandas as pd
from feast import FeatureView, RepoConfig
from feast.errors import FeastEntityDFMissingColumnsError
from feast.infra.offline_stores.duckdb import DuckDBOfflineStore, DuckDBOfflineStoreConfig
from feast.infra.offline_stores.offline_store import RetrievalMetadata
from feast.infra.offline_stores.offline_utils import infer_event_timestamp_from_entity_df
from feast.infra.registry.base_registry import BaseRegistry
from feast.on_demand_feature_view import OnDemandFeatureView

from reference.systems.fti.asof_job import AsOfRetrievalJob
from reference.systems.fti.asof_view import AsOfView


class AsOfOfflineStoreConfig(DuckDBOfflineStoreConfig):
    """The `offline_store` block of `feature_store.yaml`; the options are those of Feast's DuckDB store."""

    type: Literal["reference.systems.fti.asof_store.AsOfOfflineStore"] = (
        "reference.systems.fti.asof_store.AsOfOfflineStore"
    )


class AsOfOfflineStore(DuckDBOfflineStore):
    """Feast's DuckDB store with another historical read."""

    @staticmethod
    def get_historical_features(
        config: RepoConfig,
        feature_views: list[FeatureView],
        feature_refs: list[str],
        entity_df: pd.DataFrame,
        registry: BaseRegistry,
        project: str,
        full_feature_names: bool = False,
        filter_by_created_timestamp: bool = False,
        **dates: Any,  # Feast passes start and end when there are no entity rows
    ) -> AsOfRetrievalJob:
        """Plan the read, with the arguments of Feast's `OfflineStore`; `to_df` and `to_arrow` then run it.

        The job returns every entity row once, in the order given: its own columns, then one per feature. A
        value is the latest of its key with event timestamp <= the row's instant (a tie goes to the latest
        created timestamp; a null one loses) and >= the instant minus the TTL, both edges included; TTL 0 or
        None means no limit. Null keys, keys without rows and values too old give null. Times without a zone
        are UTC; times are compared in microseconds. With `filter_by_created_timestamp`, rows created after
        the instant, or without a created timestamp, do not count.

        Raises ValueError for entities that are not a DataFrame or have a column named like a feature, and for
        a source that is not a Parquet FileSource; FeastEntityDFMissingColumnsError if a join key is missing.
        """
        if not isinstance(entity_df, pd.DataFrame):
            raise ValueError(f"AsOfOfflineStore joins onto a pandas DataFrame, not {type(entity_df).__name__}")
        instant = infer_event_timestamp_from_entity_df(dict(entity_df.dtypes))
        entity_df = entity_df.assign(**{instant: pd.to_datetime(entity_df[instant], utc=True)})
        views = [
            AsOfView.plan(view, feature_refs, full_feature_names, filter_by_created_timestamp, config)
            for view in feature_views
        ]
        _check_columns(entity_df, views)
        keys = [str(column) for column in entity_df if column != instant]
        metadata = RetrievalMetadata(feature_refs, keys, entity_df[instant].min(), entity_df[instant].max())
        on_demand = OnDemandFeatureView.get_requested_odfvs(feature_refs, project, registry)
        return AsOfRetrievalJob(entity_df, instant, views, on_demand, full_feature_names, metadata, config)


def _check_columns(entity_df: pd.DataFrame, views: list[AsOfView]) -> None:
    keys = {column for view in views for column in view.keys.values()}
    if missing := keys - set(entity_df):
        raise FeastEntityDFMissingColumnsError(keys, missing)
    if twice := {feature for view in views for feature in view.features} & set(entity_df):
        raise ValueError(f"the entity DataFrame has columns named like the features asked for: {sorted(twice)}")
