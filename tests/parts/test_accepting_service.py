"""The web side of a queue: 202 means that the question is kept, and where it cannot be kept nobody is told so."""

import asyncio
import json
import shutil
from contextlib import closing
from threading import Event

import pytest
from fastapi.testclient import TestClient

from parts.accepting_service.acceptance import Acceptance
from parts.accepting_service.shell import create_app
from parts.deployed_service.example_request import EXAMPLE
from parts.late_service.late_service import LATE as SERVICE
from parts.queue.queues import TRIES, WAITING, NoQueue, open_queue
from tests.locked_file import lock

PROBLEM = "application/problem+json"
LOCKED = "cannot be used: database is locked"


@pytest.fixture
def where(tmp_path):
    (tmp_path / "now").mkdir()
    return f"sqlite:{tmp_path / 'now' / 'queue.db'}"


@pytest.fixture
def callers(where):
    return TestClient(create_app(SERVICE, where, patience=0.05))


def test_what_is_accepted_is_on_disk_when_the_caller_hears_of_it(callers, tmp_path):
    said = callers.post("/predict", json=EXAMPLE)
    shutil.copytree(tmp_path / "now", tmp_path / "after")  # what a crash at this moment leaves behind
    ticket = said.json()["ticket"]
    assert (said.status_code, said.headers["location"]) == (202, f"/answers/{ticket}")
    with closing(open_queue(f"sqlite:{tmp_path / 'after' / 'queue.db'}")) as other:
        (kept,) = other.list_messages(WAITING)
    assert (kept.ticket, json.loads(kept.body)["flight_id"]) == (ticket, EXAMPLE["flight_id"])


def test_where_the_queue_cannot_be_written_the_caller_is_refused_and_nothing_is_kept(callers, where, tmp_path):
    holder = lock(tmp_path / "now" / "queue.db")
    said = callers.post("/predict", json=EXAMPLE)
    assert (said.status_code, said.headers["content-type"]) == (503, PROBLEM)
    assert said.json()["detail"].endswith(LOCKED)
    holder.close()
    with closing(open_queue(where)) as other:
        assert other.count()[WAITING] == 0
    assert callers.post("/predict", json=EXAMPLE).status_code == 202
    assert 'requests_total{status="503"} 1.0' in callers.get("/metrics").text


def test_an_answer_is_fetched_and_until_then_there_is_none(callers, where):
    place = callers.post("/predict", json=EXAMPLE).headers["location"]
    assert callers.get(place).status_code == 202
    with closing(open_queue(where)) as other:
        other.acknowledge(place.rpartition("/")[2], json.dumps({"prediction": 0.25, "model_version": "late/1"}))
    assert (callers.get(place).status_code, callers.get(place).json()["prediction"]) == (200, 0.25)


def test_a_question_that_was_set_aside_is_shown_with_its_reason(callers, where):
    place = callers.post("/predict", json=EXAMPLE).headers["location"]
    with closing(open_queue(where)) as other:
        for _ in range(TRIES):
            message = other.take()
            assert message is not None
            other.give_back(message, "ValueError: no such aircraft")
    said = callers.get(place)
    assert (said.status_code, said.json()["detail"]) == (
        409,
        "tried 3 times and set aside: ValueError: no such aircraft",
    )
    shown = callers.get("/queue").json()
    assert shown["messages"] == {"waiting": 0, "answered": 0, "set aside": 1}
    assert [(each["tries"], each["why"]) for each in shown["set aside"]] == [(3, "ValueError: no such aircraft")]
    assert json.loads(shown["set aside"][0]["body"])["tailnum"] == EXAMPLE["tailnum"]


def test_a_ticket_that_was_never_given_out_is_unknown(callers):
    said = callers.get("/answers/7")
    assert (said.status_code, said.headers["content-type"]) == (404, PROBLEM)


class SlowQueue:
    """It writes when it is let, and keeps note of what came at once."""

    def __init__(self, fails=()):
        self.let, self.puts, self._fails = Event(), [], list(fails)

    def put(self, letters):
        self.let.wait(10)
        self.puts.append(len(letters))
        if self._fails and self._fails.pop(0):
            raise NoQueue("the disk is full")


async def accept_five(queue):
    acceptance = Acceptance(queue)
    first = asyncio.create_task(acceptance.accept("1"))
    await asyncio.sleep(0.05)
    rest = [asyncio.create_task(acceptance.accept(str(number))) for number in range(2, 6)]
    await asyncio.sleep(0.05)
    done = [task.done() for task in (first, *rest)]
    queue.let.set()
    return done, await asyncio.gather(first, *rest, return_exceptions=True)


def test_nobody_is_told_before_it_is_kept_and_one_write_serves_all_who_came_meanwhile():
    queue = SlowQueue()
    done, tickets = asyncio.run(accept_five(queue))
    assert (done, queue.puts, len(set(tickets))) == ([False] * 5, [1, 4], 5)


def test_a_write_that_fails_refuses_those_whom_it_should_have_served_and_no_others():
    _, tickets = asyncio.run(accept_five(SlowQueue(fails=[True, False])))
    assert [isinstance(each, NoQueue) for each in tickets] == [True, False, False, False, False]


@pytest.mark.parametrize("where", ["sqlite:/nowhere/at/all/queue.db", "abacus"])
def test_a_front_without_a_queue_ends_with_one_line(where, monkeypatch, capsys):
    from parts.accepting_service.shell import serve

    for name, value in {"HOST": "127.0.0.1", "PORT": "1", "MODELS": "/srv/models"}.items():
        monkeypatch.setenv(name, value)
    assert serve(SERVICE, where) == 2
    assert capsys.readouterr().err.count("\n") == 1
