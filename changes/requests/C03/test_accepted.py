"""C3: what the caller says of the gate reaches the models, by every way a caller has."""

from problem.contract import requests
from problem.world import World


def test_callers_can_ask(operation):
    assert "real_time" in operation.modes


def test_the_gate_is_served_as_it_was_sent(operation):
    sent = [request.gate for request in requests(operation.asked("real_time"))]
    assert operation.answers("real_time")["gate"].tolist() == sent


def test_models_are_fitted_on_the_gates_that_were_sent(operation):
    past = operation.past("real_time").set_index("flight_id")["gate"]
    table = operation.rolled_out()["real_time", "late"]
    assert table["gate"].tolist() == past.reindex(table["flight_id"]).tolist()


def test_a_service_takes_the_gate_too(operation):
    asked = operation.asked("real_time").iloc[:1]
    world = World(operation.ground.facts, asked["asked_at"].iloc[0])
    if application := operation.service(world):
        from fastapi.testclient import TestClient

        body = asked.assign(**{at: asked[at].map(lambda t: t.isoformat()) for at in ("asked_at", "scheduled_at")})
        answer = TestClient(application).post("/predict", json=body.drop(columns="mode").to_dict("records")[0])
        assert answer.status_code == 200, answer.text
        assert answer.json()["gate"] == asked["gate"].iloc[0]
