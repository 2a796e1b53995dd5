"""What the feature store holds: one feature view per key and refresh schedule.

The tag ``refresh`` says how often the feature pipeline renews a view. Views have no TTL: a value that is no longer
true (an empty window, an old observation) is overwritten by a null when its time is up.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from feast import Entity, FeatureService, FeatureView, Field, FileSource, ValueType
from feast.types import Float64, Int64, String

REFRESH = "refresh"
SERVICE = "flight_delay"

ORIGIN = Entity(name="origin", join_keys=["origin"], value_type=ValueType.STRING)
CARRIER = Entity(name="carrier", join_keys=["carrier"], value_type=ValueType.STRING)
DEST = Entity(name="dest", join_keys=["dest"], value_type=ValueType.STRING)
AIRCRAFT = Entity(name="aircraft", join_keys=["tailnum"], value_type=ValueType.STRING)
ENTITIES = [ORIGIN, CARRIER, DEST, AIRCRAFT]


# cause: last_refresh
EVERY = {
    "origin_departures": "15min",
    "carrier_landings": "1h",
    "route_landings": "daily",
    "aircraft_landings": "15min",
    "weather": "1h",
    "aircraft": "daily",
}

WEATHER = dict.fromkeys(["temp", "wind_speed", "precip", "visib", "pressure"], Float64)
COLUMNS: dict[str, tuple[list[Entity], dict[str, Any]]] = {
    "origin_departures": ([ORIGIN], {"origin_dep_delay_2h": Float64, "origin_departures_2h": Int64}),
    "carrier_landings": ([CARRIER, ORIGIN], {"carrier_origin_arr_delay_24h": Float64}),
    "route_landings": ([ORIGIN, DEST], {"route_arr_delay_28d": Float64, "route_late_rate_28d": Float64}),
    "aircraft_landings": ([AIRCRAFT], {"aircraft_last_arr_delay": Float64, "aircraft_landed_at": Int64}),
    "weather": ([ORIGIN], WEATHER),
    "aircraft": ([AIRCRAFT], {"aircraft_age": Float64, "aircraft_seats": Float64}),
}


def feature_views(history: Path) -> list[FeatureView]:
    """The six views; their history is Parquet files below ``history/<view>/``."""
    return [_view(history, name, keys, columns) for name, (keys, columns) in COLUMNS.items()]


def feature_service(views: list[FeatureView]) -> FeatureService:
    """The stored features that the flight models read."""
    return FeatureService(name=SERVICE, features=[view[list(COLUMNS[view.name][1])] for view in views])


def stored_at(view: str) -> str:
    """The column that says which refresh wrote a row, in seconds since 1970.

    It is never null. Feast silently drops an online write in which every feature is null, and a window that has run
    empty is just that: without this column the store would go on serving the value from before.
    """
    return f"{view}_stored_at"


def _view(history: Path, name: str, keys: list[Entity], columns: dict[str, Any]) -> FeatureView:
    source = FileSource(
        name=f"{name}_history",
        path=str(history / name / "*.parquet"),
        timestamp_field="event_timestamp",
        created_timestamp_column="created",
    )
    fields = dict.fromkeys([key.join_key for key in keys], String) | columns | {stored_at(name): Int64}
    schema = [Field(name=column, dtype=kind) for column, kind in fields.items()]
    tags = {REFRESH: EVERY[name]}
    return FeatureView(name=name, entities=keys, ttl=timedelta(0), schema=schema, source=source, tags=tags)
