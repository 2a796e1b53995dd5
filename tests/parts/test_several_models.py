"""What sites with several models are put together from: rows, answers, models in a folder, and who asks a neighbour."""

import json
import math
import socket
import threading

import pytest

from parts.model_service.refusals import NotAnswered, Refused
from parts.several_models.answer_of_several import NOT_NEEDED, Told, answer_row
from parts.several_models.models_service import demand_match, open_models
from parts.several_models.neighbour import Neighbour
from parts.several_models.predictors import Predictor, open_predictor
from parts.several_models.preparation import FILE, Preparation, read_preparation, write_preparation
from parts.several_models.several_asked import EXAMPLE, SeveralAsked
from parts.several_models.site_settings import NotSet, open_neighbours, read_serves
from problem.monday import NoModel

CODES = {"carrier": {"UA": 3.0}, "origin": {"EWR": 1.0}, "dest": dict[str, float]()}
PREPARATION = Preparation("7", CODES, ["wind_speed", "local_hour"])


def ask(**changed):
    return SeveralAsked.model_validate_json(json.dumps({**EXAMPLE, "stored": {"wind_speed": 12}, **changed}))


def test_a_row_has_codes_then_numbers_and_null_for_what_is_not_known():
    row = PREPARATION.prepare(ask())
    assert row[:2] + row[3:] == [3.0, 1.0, 12.0, 9.0]
    assert math.isnan(row[2])
    assert math.isnan(PREPARATION.prepare(ask(stored={"wind_speed": None}))[3])


def test_the_hour_is_that_of_new_york_in_winter_too():
    assert PREPARATION.prepare(ask(scheduled_at="2013-12-01T13:00:00+00:00"))[-1] == 8.0


def test_a_preparation_is_read_as_it_was_written_and_a_damaged_one_refused(tmp_path):
    write_preparation(PREPARATION, tmp_path)
    assert read_preparation(tmp_path) == PREPARATION
    (tmp_path / FILE).write_text("{")
    with pytest.raises(NoModel, match=r"preparation\.json cannot be read"):
        read_preparation(tmp_path)


def predict(value, **more):
    return Predictor(f"v/{value}", "7", 1, lambda row: value, **more)


MODELS = {"calm": predict(0.1), "torn": predict(0.45)}


def test_models_are_asked_in_the_order_in_which_they_are_wanted_and_each_once():
    told = answer_row(MODELS, [0.0], ["torn", "calm", "torn"], None)
    assert [*told["prediction"].items()] == [("torn", 0.45), ("calm", 0.1)]
    assert told["model_version"] == "v/0.45, v/0.1"


def test_with_enough_the_rest_is_asked_only_if_the_one_before_was_not_sure():
    assert answer_row(MODELS, [0.0], ["calm", "torn"], 0.9)["missing"] == {"torn": NOT_NEEDED}
    assert answer_row(MODELS, [0.0], ["torn", "calm"], 0.9)["missing"] == {}
    late = {**MODELS, "late": predict(0.95)}
    assert answer_row(late, [0.0], ["late", "calm"], 0.9)["missing"] == {"calm": NOT_NEEDED}


def test_a_row_of_another_width_is_refused_before_a_model_sees_it():
    with pytest.raises(Refused, match=r"^the row holds 2 numbers, calm wants 1$"):
        answer_row(MODELS, [0.0, 1.0], ["calm"], None)


def test_an_answer_in_which_nobody_says_anything_is_none():
    told = Told()
    told.leave_out("calm", "asleep")
    with pytest.raises(NotAnswered, match=r"^calm: asleep$"):
        told.finish()


def test_a_model_that_cannot_be_opened_is_one_line(tmp_path):
    for text in ("{", "{}", '{"predictor": "no_such:thing"}', '{"predictor": "math:pi"}'):
        (tmp_path / "calm.json").write_text(text)
        with pytest.raises(NoModel, match=r"^[^\n]*calm\.json cannot be opened \([^\n]*\): release the model again$"):
            open_predictor(tmp_path, "calm")


def test_a_model_of_another_preparation_is_refused_when_it_is_opened():
    with pytest.raises(NoModel, match=r"^calm: v/0\.1 wants rows of preparation 7, and this is 8: release both$"):
        demand_match(MODELS, "8")


def test_a_setting_that_is_missing_is_named(monkeypatch, tmp_path):
    monkeypatch.delenv("SERVES", raising=False)
    monkeypatch.delenv("ASKS", raising=False)
    write_preparation(PREPARATION, tmp_path)
    reads = {read_serves: "SERVES", open_neighbours: "ASKS", lambda: open_models(tmp_path): "SERVES"}
    for read, name in reads.items():
        with pytest.raises(NotSet, match=f"^set {name} in the environment$"):
            read()


class Listener:
    """A neighbour that answers each question as it is told to, and counts them; None: it never answers."""

    def __init__(self, *answers):
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self.asked = self.connections = 0
        threading.Thread(target=self._listen, args=(answers,), daemon=True).start()

    def _listen(self, answers):
        self.held = []
        for connection_answers in answers:
            connection, _ = self._server.accept()
            self.held.append(connection)
            self.connections += 1
            for answer in connection_answers:
                heard = b""
                while not heard.endswith(b"{}") and (more := connection.recv(65_536)):
                    heard += more
                if not heard:
                    break
                self.asked += 1
                if answer is None:
                    break
                connection.sendall(answer)
            else:
                connection.close()


def say(body, status="200 OK"):
    text = json.dumps(body)
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode()


def test_a_connection_is_kept_and_one_that_was_closed_is_not_used_again():
    listener = Listener([say({"n": 1}), say({"n": 2})], [say({"n": 3})])
    neighbour = Neighbour("next", listener.url, 5.0)
    assert [neighbour.ask({})["n"] for _ in range(2)] == [1, 2]
    assert listener.connections == 1
    assert neighbour.ask({})["n"] == 3
    assert (listener.connections, listener.asked) == (2, 3)


def test_a_neighbour_that_does_not_answer_in_time_or_dies_is_one_line_and_is_not_asked_twice():
    for answers, said in (([None], "does not answer within 0.1 s"), ([b""], "cannot be asked: RemoteDisconnected")):
        listener = Listener(answers)
        with pytest.raises(NotAnswered, match=f"^next {said}$"):
            Neighbour("next", listener.url, 0.1).ask({})
        assert listener.asked == 1


def test_what_a_neighbour_refuses_is_refused_and_what_it_cannot_answer_is_not_answered():
    said = {"detail": "because"}
    listener = Listener([say(said, "409 Conflict"), say(said, "503 Service Unavailable"), say([], "500 Oh")])
    neighbour = Neighbour("next", listener.url, 5.0)
    for kind, message in ((Refused, "because"), (NotAnswered, "because")):
        with pytest.raises(kind, match=message):
            neighbour.ask({})
