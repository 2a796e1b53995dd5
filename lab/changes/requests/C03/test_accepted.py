"""C3: what the caller says of the gate reaches the models, by every way a caller has."""

from problem.contract import requests


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
    request = requests(operation.asked("real_time"))[0]
    if answer := operation.over_http(request):
        assert answer["gate"] == request.gate
