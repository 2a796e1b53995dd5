"""Feast's Spark offline store over the history that FTI writes; the SQL of its point-in-time join is Feast's own.

``feature_store.yaml`` names it as ``offline_store: {type: …}``, by this module and the class. The feature views
say ``FileSource``; Feast's Spark store takes a ``SparkSource`` only. The history has instants in nanoseconds, as pandas
writes them; Spark refuses such a column, or reads it as a number (``spark.sql.legacy.parquet.nanosAsLong``).
"""

from copy import copy
from typing import Any, Literal

from feast import FeatureView, FileSource, RepoConfig
from feast.infra.offline_stores.contrib.spark_offline_store.spark import SparkOfflineStore, SparkOfflineStoreConfig
from feast.infra.offline_stores.contrib.spark_offline_store.spark_source import SparkSource
from feast.infra.offline_stores.offline_store import RetrievalJob

from reference.systems.fti.adapters.engines.on_spark import session


class SparkFilesOfflineStoreConfig(SparkOfflineStoreConfig):
    """The ``offline_store`` block; the options are those of Feast's Spark store."""

    type: Literal["reference.systems.fti.adapters.engines.spark_store.SparkFilesOfflineStore"] = (
        "reference.systems.fti.adapters.engines.spark_store.SparkFilesOfflineStore"
    )


class SparkFilesOfflineStore(SparkOfflineStore):
    """Feast's Spark store with the sources of the views told in Spark's words."""

    @staticmethod
    def get_historical_features(
        config: RepoConfig, feature_views: list[FeatureView], *given: Any, **named: Any
    ) -> RetrievalJob:
        """See Feast's ``OfflineStore``."""
        session(config.offline_store.spark_conf or {})
        views = [on_spark(view) for view in feature_views]
        return SparkOfflineStore.get_historical_features(config, views, *given, **named)


def on_spark(view: FeatureView) -> FeatureView:
    """The same view over a ``SparkSource`` of the same files; ``ValueError`` if it has no files."""
    told = copy(view)
    told.projection = view.projection
    if not isinstance(view.batch_source, FileSource):
        raise ValueError(f"SparkFilesOfflineStore reads the files of a FileSource; {view.name} has none")
    told.batch_source = _source(view.batch_source, [column.name for column in [*view.entity_columns, *view.features]])
    return told


def _source(files: FileSource, columns: list[str]) -> SparkSource:
    clocks = [files.timestamp_field, files.created_timestamp_column]
    instants = [f"timestamp_micros({clock} DIV 1000) AS {clock}" for clock in clocks if clock]
    return SparkSource(
        name=files.name,
        query=f"SELECT {', '.join([*columns, *instants])} FROM parquet.`{files.path}`",
        timestamp_field=files.timestamp_field,
        created_timestamp_column=files.created_timestamp_column,
        field_mapping=files.field_mapping,
    )
