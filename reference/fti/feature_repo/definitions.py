"""What the feature store holds: one feature view per key and refresh schedule.

The tag ``refresh`` says how often the feature pipeline renews a view. Views have no TTL: a value that is no longer
true (an empty window, an old observation) is overwritten by a null when its time is up.
"""

from datetime import timedelta
from pathlib import Path

from feast import Entity, FeatureService, FeatureView, Field, FileSource, ValueType
from feast.types import Float64, Int64, String

REFRESH = "refresh"
SERVICE = "flight_delay"

ORIGIN = Entity(name="origin", join_keys=["origin"], value_type=ValueType.STRING)
CARRIER = Entity(name="carrier", join_keys=["carrier"], value_type=ValueType.STRING)
DEST = Entity(name="dest", join_keys=["dest"], value_type=ValueType.STRING)
AIRCRAFT = Entity(name="aircraft", join_keys=["tailnum"], value_type=ValueType.STRING)
ENTITIES = [ORIGIN, CARRIER, DEST, AIRCRAFT]


def feature_views(history: Path) -> list[FeatureView]:
    """The six views; their history is Parquet files below ``history/<view>/``."""
    number = dict.fromkeys
    return [
        _view(history, "origin_departures", [ORIGIN], "15min",
              {"origin_dep_delay_2h": Float64, "origin_departures_2h": Int64}),
        _view(history, "carrier_landings", [CARRIER, ORIGIN], "1h", {"carrier_origin_arr_delay_24h": Float64}),
        _view(history, "route_landings", [ORIGIN, DEST], "daily",
              number(["route_arr_delay_28d", "route_late_rate_28d"], Float64)),
        _view(history, "aircraft_landings", [AIRCRAFT], "15min",
              {"aircraft_last_arr_delay": Float64, "aircraft_landed_at": Int64}),
        _view(history, "weather", [ORIGIN], "1h", number(["temp", "wind_speed", "precip", "visib", "pressure"], Float64)),
        _view(history, "aircraft", [AIRCRAFT], "daily", number(["aircraft_age", "aircraft_seats"], Float64)),
    ]  # fmt: skip


def feature_service(views: list[FeatureView]) -> FeatureService:
    """The stored features that the flight models read."""
    return FeatureService(name=SERVICE, features=views)  # type: ignore[arg-type]


def _view(history: Path, name: str, entities: list[Entity], refresh: str, columns: dict) -> FeatureView:
    source = FileSource(
        name=f"{name}_history",
        path=str(history / name / "*.parquet"),
        timestamp_field="event_timestamp",
        created_timestamp_column="created",
    )
    schema = [Field(name=column, dtype=kind) for column, kind in columns.items()]
    keys = [Field(name=key.join_key, dtype=String) for key in entities]
    return FeatureView(
        name=name, entities=entities, ttl=timedelta(0), schema=keys + schema, source=source, tags={REFRESH: refresh}
    )
