"""Two Feast repositories over the same Parquet files that differ in one line: the offline store."""

from pathlib import Path

from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType
from feast.types import Float64, String

from lab.bench.flight_tables import ViewShape

STORES = {"ours": "reference.systems.fti.asof_store.AsOfOfflineStore", "stock": "duckdb"}


def open_store(name: str, tables: Path) -> FeatureStore:
    """The store `name` ("ours" or "stock") over the files in `tables`, as `apply_repository` left it."""
    return FeatureStore(config=_config(name, tables))


def apply_repository(name: str, tables: Path, views: tuple[ViewShape, ...]) -> None:
    """Register `views` under the store `name`."""
    store = open_store(name, tables)
    names = sorted({key for view in views for key in view.keys})
    entities = {key: Entity(name=key, join_keys=[key], value_type=ValueType.STRING) for key in names}
    store.apply([*entities.values(), *(_feature_view(view, entities, tables) for view in views)])


def _config(name: str, tables: Path) -> RepoConfig:
    return RepoConfig(
        project="bench",
        provider="local",
        registry=str(tables / f"{name}.registry.db"),
        online_store={"type": "sqlite", "path": str(tables / "online.db")},
        offline_store={"type": STORES[name]},
        entity_key_serialization_version=3,
    )


def _feature_view(view: ViewShape, entities: dict[str, Entity], tables: Path) -> FeatureView:
    return FeatureView(
        name=view.name,
        entities=[entities[key] for key in view.keys],
        ttl=view.ttl,
        schema=[Field(name=key, dtype=String) for key in view.keys]
        + [Field(name=feature, dtype=Float64) for feature in view.features],
        source=FileSource(
            path=str(tables / f"{view.name}.parquet"),
            timestamp_field="event_timestamp",
            created_timestamp_column="created_timestamp",
        ),
    )
