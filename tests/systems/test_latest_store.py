"""The latest store against Feast's own SQLite store, on the same files, answer by answer."""

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from feast import Entity, FeatureService, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType
from feast.types import Float64, Int64, String

from reference.systems.fti.latest_store import LatestSqliteOnlineStore

pytestmark = pytest.mark.slow

NOON = pd.Timestamp("2013-03-01 12:00", tz="UTC")
KEYS = {"origin": ["origin"], "route": ["origin", "dest"], "plane": ["tailnum"]}
COLUMNS = {"origin": {"temp": Float64, "seen": Int64}, "route": {"rate": Float64}, "plane": {"name": String}}
ROWS = {
    "origin": [{"origin": "JFK", "temp": 51.5, "seen": 3}, {"origin": "LGA", "temp": None, "seen": 0}],
    "route": [{"origin": "JFK", "dest": "LAX", "rate": 0.25}, {"origin": "LAX", "dest": "JFK", "rate": -1.0}],
    "plane": [{"tailnum": "N1", "name": "Ærø"}, {"tailnum": "", "name": "no name"}],
}
QUESTIONS = [
    {"origin": "JFK", "dest": "LAX", "tailnum": "N1"},
    {"origin": "LGA", "dest": "JFK", "tailnum": ""},
    {"origin": "LAX", "dest": "JFK", "tailnum": "never seen"},
    {"origin": "JFK'; DROP TABLE", "dest": "", "tailnum": "N1"},
]
OURS = "reference.systems.fti.latest_store.LatestSqliteOnlineStore"


def make_view(folder: Path, name: str) -> FeatureView:
    entities = [Entity(name=key, join_keys=[key], value_type=ValueType.STRING) for key in KEYS[name]]
    source = FileSource(name=f"{name}_rows", path=str(folder / f"{name}.parquet"), timestamp_field="event_timestamp")
    kinds = dict.fromkeys(KEYS[name], String) | COLUMNS[name]
    fields = [Field(name=column, dtype=kind) for column, kind in kinds.items()]
    return FeatureView(name=name, entities=entities, ttl=timedelta(0), schema=fields, source=source)


def open_store(folder: Path, kind: str) -> FeatureStore:
    files = {"registry": str(folder / "registry.db"), "online_store": {"type": kind, "path": str(folder / "online.db")}}
    return FeatureStore(config=RepoConfig(project="p", provider="local", entity_key_serialization_version=3, **files))


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Both stores on one folder: what is written by the one is read by both."""
    folder = tmp_path_factory.mktemp("feast")
    ours, stock = (open_store(folder, kind) for kind in (OURS, "sqlite"))
    views = [make_view(folder, name) for name in KEYS]
    names = sorted({key for keys in KEYS.values() for key in keys})
    entities = [Entity(name=key, join_keys=[key], value_type=ValueType.STRING) for key in names]
    service = FeatureService(name="all", features=[view[list(COLUMNS[view.name])] for view in views])
    ours.apply([*entities, *views, service])
    for name, rows in ROWS.items():
        table = pd.DataFrame(rows).assign(event_timestamp=[NOON, NOON + timedelta(minutes=len(name))])
        ours.write_to_online_store(name, table)
    return ours, stock, service


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["origin"][:4])
def test_one_question_is_answered_as_feast_answers_it_since_when_included(pair, question):
    ours, stock, service = pair
    answers = [store.get_online_features(service, [question]) for store in (ours, stock)]
    for with_instants in (False, True):
        told, wanted = (answer.to_dict(with_instants) for answer in answers)
        assert told == wanted
    statuses = [dict(zip(a.proto.metadata.feature_names.val, a.proto.results, strict=True)) for a in answers]
    assert statuses[0] == statuses[1]
    pd.testing.assert_frame_equal(answers[0].to_df(), answers[1].to_df(), check_like=True)


def test_it_is_really_another_read_and_one_statement(pair):
    ours, _, service = pair
    store = ours._get_provider().online_store
    assert isinstance(store, LatestSqliteOnlineStore)
    seen: list[str] = []
    connection = store._get_conn(ours.config)
    connection.set_trace_callback(seen.append)
    ours.get_online_features(service, QUESTIONS[:1])
    connection.set_trace_callback(None)
    assert len(seen) == 1
    assert seen[0].count("SELECT") == len(KEYS)


@pytest.mark.parametrize("asked", ["many", "by name", "full names"])
def test_whatever_else_is_asked_feast_answers_itself(pair, asked):
    ours, stock, service = pair
    features = ["origin:temp", "plane:name"] if asked == "by name" else service
    rows = QUESTIONS if asked == "many" else QUESTIONS[:1]
    answers = [
        store.get_online_features(features, rows, full_feature_names=asked == "full names").to_dict()
        for store in (ours, stock)
    ]
    assert answers[0] == answers[1]


def test_a_view_that_is_new_is_read_once_it_is_applied(tmp_path):
    store = open_store(tmp_path, OURS)
    key = Entity(name="origin", join_keys=["origin"], value_type=ValueType.STRING)
    view = make_view(tmp_path, "origin")
    store.apply([key, view, FeatureService(name="all", features=[view[["temp"]]])])
    table = pd.DataFrame(ROWS["origin"]).assign(event_timestamp=NOON)
    store.write_to_online_store("origin", table)
    before = store.get_online_features(store.get_feature_service("all"), [{"origin": "JFK"}]).to_dict()
    store.apply([FeatureService(name="all", features=[view[["seen", "temp"]]])])
    after = store.get_online_features(store.get_feature_service("all"), [{"origin": "JFK"}]).to_dict()
    assert before == {"origin": ["JFK"], "temp": [51.5]}
    assert after == {"origin": ["JFK"], "seen": [3], "temp": [51.5]}
