"""The online half of the split, and of its control, as a caller meets it: over HTTP, as behind the door."""

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from antipatterns.systems.split import online as split
from problem.contract import FEATURES, TARGETS, requests
from problem.fixture import frozen
from problem.world import World
from reference.systems.shared_split import online as shared_split

pytestmark = pytest.mark.service


@pytest.fixture(scope="module", params=[("split", split), ("shared_split", shared_split)], ids=lambda half: half[0])
def service(request, facts, tmp_path_factory):
    """A trained service that has read the stream, its system, the world it lives in and the first questions."""
    from lab.systems import open_system

    name, online = request.param
    home, fixture = tmp_path_factory.mktemp(name), frozen(facts, "real_time")
    system = open_system(name, home)
    world = World(fixture.facts, fixture.serving["asked_at"].min())
    for target in TARGETS:
        system.train(world.warehouse, fixture.training.iloc[-2000:].reset_index(drop=True), target)
    state = online.State(world.warehouse.planes)
    for event in World(fixture.facts, world.now).stream():
        state.observe(event)
    return TestClient(online.create_app(state, home)), system, world, requests(fixture.serving.iloc[:5])


def as_json(request) -> dict:
    fields = request._asdict() | {
        "asked_at": request.asked_at.isoformat(),
        "scheduled_at": request.scheduled_at.isoformat(),
    }
    return {name: value for name, value in fields.items() if name != "mode"}


def test_an_answer_over_http_is_the_answer_behind_the_door(service):
    client, system, world, asked = service
    expected = system.predict(pd.DataFrame(system.look_up(world, asked)))
    for request, (_, row) in zip(asked, expected.iterrows(), strict=True):
        answer = client.post("/predict", json=as_json(request)).raise_for_status().json()
        assert answer["prediction"] == pytest.approx(row["prediction"], abs=1e-9)
        assert answer["prediction_delay"] == pytest.approx(row["prediction_delay"], abs=1e-9)
        assert answer["model_version"] == row["model_version"]
        same = {name: answer[name] == row[name] or (answer[name] is None and pd.isna(row[name])) for name in FEATURES}
        assert all(same.values()), same


@pytest.mark.parametrize(
    "change",
    [{"asked_at": "yesterday"}, {"asked_at": "2013-03-15T04:00:00"}, {"distance": "far"}, {"flight_id": None}],
    ids=["no instant", "no zone", "no number", "nothing"],
)
def test_bad_input_is_refused_with_the_field_named(service, change):
    client, _, _, asked = service
    answer = client.post("/predict", json=as_json(asked[0]) | change)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", next(iter(change))]


def test_a_flight_without_a_tail_number_is_answered(service):
    client, _, _, asked = service
    answer = client.post("/predict", json=as_json(asked[0]) | {"tailnum": None}).raise_for_status().json()
    assert answer["aircraft_last_arr_delay"] is None
    assert 0 <= answer["prediction"] <= 1


def test_a_request_from_before_the_newest_event_is_refused(service):
    client, _, _, asked = service
    answer = client.post("/predict", json=as_json(asked[0]) | {"asked_at": "2013-03-01T00:00:00Z"})
    assert answer.status_code == 409
    assert "before the newest event" in answer.json()["detail"]


def test_a_request_about_the_far_future_takes_nothing_from_the_next_one(service):
    client, _, _, asked = service
    before = client.post("/predict", json=as_json(asked[0])).json()
    future = client.post("/predict", json=as_json(asked[0]) | {"asked_at": "2014-03-01T00:00:00Z"}).json()
    assert future["origin_dep_delay_2h"] is None
    assert client.post("/predict", json=as_json(asked[0])).json() == before
