"""Feast's SQLite online store, asked for everything that a question needs in one query.

`feature_store.yaml` names it: `online_store: {type: reference.systems.fti.latest_store.LatestSqliteOnlineStore}`.

For every question Feast looks up each view in its registry, and then reads its table by itself. What a feature service
reads stays the same while a program runs, so it is found out once here, and all tables are read by one statement.
Tables and writes are Feast's own, and so is the answer: tests/systems/test_latest_store.py compares them.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, Literal, NamedTuple

from feast import FeatureService, RepoConfig
from feast.infra.key_encoding_utils import serialize_entity_key
from feast.infra.online_stores.helpers import compute_table_id
from feast.infra.online_stores.sqlite import SqliteOnlineStore, SqliteOnlineStoreConfig
from feast.infra.registry.base_registry import BaseRegistry
from feast.online_response import OnlineResponse
from feast.protos.feast.serving.ServingService_pb2 import FieldStatus, GetOnlineFeaturesResponse
from feast.protos.feast.types.EntityKey_pb2 import EntityKey
from feast.protos.feast.types.Value_pb2 import Value
from feast.type_map import feast_value_type_to_python_type
from google.protobuf.timestamp_pb2 import Timestamp

KEYS_KEPT = 65_536
"""Encoded keys that are kept: more than there are aircraft, airports and routes."""
NOT_FOUND = (b"", 0)
"""What stands for a feature of which nothing is stored: an empty value."""
Vector = GetOnlineFeaturesResponse.FeatureVector
Name = Literal["reference.systems.fti.latest_store.LatestSqliteOnlineStore"]


class LatestSqliteOnlineStoreConfig(SqliteOnlineStoreConfig):
    """The `online_store` block of `feature_store.yaml`; the options are those of Feast's SQLite store."""

    type: Name = "reference.systems.fti.latest_store.LatestSqliteOnlineStore"  # type: ignore[assignment]


class Reading(NamedTuple):
    """How a feature service is read: its ``features`` in order, the join ``keys`` of each view, one ``query``."""

    features: list[str]
    keys: list[list[str]]
    query: str


class LatestSqliteOnlineStore(SqliteOnlineStore):
    """Feast's SQLite store with another read of a feature service (plain views only) for one question."""

    def __init__(self) -> None:
        super().__init__()
        self._readings: dict[str, Reading] = {}

    def get_online_features(
        self, config: RepoConfig, features: Any, entity_rows: Any, registry: BaseRegistry, project: str,
        full_feature_names: bool = False, include_feature_view_version_metadata: bool = False,
    ) -> OnlineResponse:  # fmt: skip
        """As Feast's, which still answers whatever is not one question to a feature service with keys of text."""
        plain = not full_feature_names and not include_feature_view_version_metadata
        if not (plain and isinstance(features, FeatureService) and _is_one_question(entity_rows)):
            return super().get_online_features(
                config, features, entity_rows, registry, project,
                full_feature_names, include_feature_view_version_metadata,
            )  # fmt: skip
        if features.name not in self._readings:
            self._readings[features.name] = plan_reading(config, features, registry, project)
        return self._read(config, self._readings[features.name], entity_rows[0])

    def update(self, *told: Any, **named: Any) -> None:
        """As Feast's: views are new or changed, so they are read in another way."""
        self._readings.clear()
        super().update(*told, **named)

    def _read(self, config: RepoConfig, reading: Reading, asked: dict[str, str]) -> OnlineResponse:
        version = config.entity_key_serialization_version
        keys = [encode_key(version, *((name, asked[name]) for name in names)) for names in reading.keys]
        found = {name: of for name, *of in self._get_conn(config).execute(reading.query, keys)}
        return LatestValues(asked, {name: found.get(name, NOT_FOUND) for name in reading.features})


class LatestValues(OnlineResponse):
    """Feast's answer to one question, whose message is made only for those who ask for it.

    ``asked``: the join keys; ``found``: by feature the value as Feast stores it, and since when, in seconds since 1970.
    """

    def __init__(self, asked: Mapping[str, str], found: Mapping[str, Sequence[Any]]) -> None:
        self._asked, self._found = asked, found

    def to_dict(self, include_event_timestamps: bool = False) -> dict[str, Any]:
        """As Feast's."""
        if include_event_timestamps:
            return OnlineResponse(self.proto).to_dict(include_event_timestamps)
        values = {name: [feast_value_type_to_python_type(Value.FromString(of[0]))] for name, of in self._found.items()}
        return {name: [value] for name, value in self._asked.items()} | values

    @cached_property
    def proto(self) -> GetOnlineFeaturesResponse:  # type: ignore[override]
        """The answer as a message."""
        keys = {name: (Value(string_val=value).SerializeToString(), 0) for name, value in self._asked.items()}
        told = {**keys, **self._found}
        answer = GetOnlineFeaturesResponse(results=[_tell(*of) for of in told.values()])
        answer.metadata.feature_names.val.extend(told)
        return answer


def plan_reading(config: RepoConfig, service: FeatureService, registry: BaseRegistry, project: str) -> Reading:
    """How to read what the service names, as the registry knows its views now."""
    parts, features, keys = [], [], []
    for projection in service.feature_view_projections:
        view = registry.get_feature_view(projection.name, project, allow_cache=True)
        table = compute_table_id(project, view, config.registry.enable_online_feature_view_versioning)
        parts.append(f'SELECT feature_name, value, CAST(event_ts AS INTEGER) FROM "{table}" WHERE entity_key = ?')
        keys.append([column.name for column in view.entity_columns])
        features += [feature.name for feature in projection.features]
    return Reading(features, keys, " UNION ALL ".join(parts))


@lru_cache(KEYS_KEPT)
def encode_key(version: int, *parts: tuple[str, str]) -> bytes:
    """Names and values of a key as Feast writes it into its tables."""
    names, values = zip(*parts, strict=True)
    key = EntityKey(join_keys=names, entity_values=[Value(string_val=value) for value in values])
    return serialize_entity_key(key, version)


def _is_one_question(rows: Any) -> bool:
    return isinstance(rows, list) and len(rows) == 1 and all(isinstance(value, str) for value in rows[0].values())


def _tell(value: bytes, seconds: int) -> Any:
    """One feature's value (null where nothing is stored), whether there is any, and since when."""
    status = FieldStatus.NOT_FOUND if (value, seconds) == NOT_FOUND else FieldStatus.PRESENT
    return Vector(values=[Value.FromString(value)], statuses=[status], event_timestamps=[Timestamp(seconds=seconds)])
