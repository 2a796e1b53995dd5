"""Five forms of one service, real processes: each does the job in its way, and each keeps what it is."""

import asyncio
import json
import signal
import socket
import subprocess
import time
from importlib import import_module
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from lab.cards import read_cards
from lab.patterns.declared_way import Declared
from lab.patterns.experiments.ask_or_queue import FULL as FULL_SIZE
from lab.patterns.experiments.ask_or_queue import QUEUE, compare_all, load_forms, prepare
from lab.patterns.form_bursts import Burst
from lab.patterns.form_deaths import Plan, kill_workers, wait_until_empty
from lab.patterns.form_killings import SHORT
from lab.patterns.form_questions import DEADLY, FAILING, count_turns, encode, make_questions, put_model
from lab.patterns.form_sites import FRONT, read_site, run_forms, run_module, surround, wait_until_ready
from lab.patterns.monday_models import WANTED
from lab.patterns.service_caller import Caller
from lab.patterns.service_conformance import UNDER_WAY, try_check
from lab.patterns.service_process import HOST, Running
from lab.patterns.service_site import GRACE, PORT
from lab.patterns.serving_suite import list_checks
from parts.deployed_service.example_request import EXAMPLE
from parts.late_service.late_service import LATE
from parts.model_service.question import FlightQuestion
from parts.model_service.refusals import NotAnswered
from parts.model_service.service_at_work import ServiceAtWork
from parts.queue.queues import ANSWERED, ASIDE, DIED, Message, NoQueue, open_queue
from problem.ask_or_queue import LIST, Cost
from reference.serving.asynchronous import worker
from reference.serving.batch import job
from reference.serving.batch.prepared import PreparedAnswers
from reference.systems.fti.adapters.engines.local_redis import redis_server
from tests.must_run import needs_redis

pytestmark = pytest.mark.service

SIDES = {card.id: card for card in read_cards().values() if card.experiment == "ask_or_queue"}
PACKAGES = {name: import_module(card.package) for name, card in SIDES.items()}
EXHIBIT, WAIT, BATCH = "one_form", "synchronous", "batch"
MANY, KILLS = 10_000, 5


class FetchingCaller(Caller):
    """One that fetches its answer where it is told to; it remembers what it was told first."""

    def ask(self, body, method="POST", path="/predict", chunked=False):
        said = super().ask(body, method, path, chunked)
        while said.status == 202:
            said = super().ask({}, "GET", f"/answers/{self.ticket(said)}")
        return said

    def ticket(self, said):
        return said.read()["ticket"]


@pytest.fixture(scope="module")
def questions(facts):
    return make_questions(facts, MANY)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, questions):
    folder = tmp_path_factory.mktemp("srv")
    put_model(folder / "models", Cost(by_row=count_turns(0.5), failing=FAILING))
    prepare(PACKAGES[BATCH], [EXAMPLE, *questions[:300]], folder)
    return folder


@pytest.fixture(scope="module")
def forms(folder):
    with run_forms(PACKAGES, folder / "models", folder) as running:
        yield running


@pytest.fixture(params=SIDES)
def form(request, forms):
    return forms[request.param]


def list_suite(form, folder):
    """The conformance suite's checks of a form, by name, and what they are tried on."""
    declared = Declared((), {}, PORT, (), GRACE)
    checks = list_checks(declared, FetchingCaller(form.front.port), WANTED["late"], folder / "models")
    return dict(checks), Running(form.supervisor.processes[FRONT], {PORT: form.front.port})


def test_there_are_four_patterns_and_the_exhibit():
    assert sorted((card.kind, card.rows) for card in SIDES.values()) == [
        ("anti-pattern", ("S2",)),
        *(("pattern", (f"S{number}",)) for number in (1, 2, 3, 4)),
    ]


DRAINS = "drains on stop"


def test_all_do_what_every_service_must_and_answer_what_the_model_says(form, folder):
    checks, running = list_suite(form, folder)
    found = {name: try_check(check, running) for name, check in checks.items() if name != DRAINS}
    assert found == dict.fromkeys(found, "")
    assert len(found) == 11


def test_a_small_experiment_finds_every_form_at_work(forms, folder, questions):
    small, large = Burst(100, 0.3, 20), Burst(300, 0.5, 20)
    size = FULL_SIZE._replace(loads=(0.2,), seconds=0.4, rounds=1, killed=1.2, burst=large, smaller=small)
    found = load_forms(forms, encode(questions[:150]), folder, size)
    assert [(row["form"], row["taken"]) for row in found["steady"]] == [(name, 1.0) for name in SIDES]
    assert {row["form"] for row in compare_all(found["steady"])} == set(SIDES)
    assert all(row["taken"] == 1.0 for row in found["bursts"] if row["form"] != WAIT)
    assert {row["form"] for row in found["bursts"]} == set(SIDES)
    failed = {row["form"]: row["failed"] for row in found["killed"]}
    assert (failed[QUEUE], failed[EXHIBIT] > 0, failed[WAIT] > 0) == (0, True, True)
    for row in found["bursts"]:
        if row["form"] == QUEUE:
            assert row["until_answered"]["taken"] == 1.0
            assert (row["travellers_at"], row["travellers"]["asked"] > 0) == (WAIT, True)


@pytest.mark.parametrize("store", ["SQLite", "Redis"])
def test_whatever_was_accepted_is_answered_over_five_kills_at_most_the_stated_number_twice(store, tmp_path, questions):
    needs_redis()
    put_model(tmp_path / "models", Cost(failing=FAILING))
    poison = {**questions[0], "distance": FAILING}
    accepted = [*questions[: MANY // 3], poison, *questions[MANY // 3 : -1]]
    with redis_server() as address:
        where = f"sqlite:{tmp_path / 'queue.db'}" if store == "SQLite" else f"redis://{address}"
        site = read_site(PACKAGES[QUEUE])
        found = kill_workers(site, where, tmp_path / "models", tmp_path, accepted, Plan(kills=KILLS))
        (aside,) = open_queue(where).list_messages(ASIDE)
    assert (found.accepted, found.answered, found.set_aside, found.lost, found.wrong) == (MANY, MANY - 1, 1, 0, 0)
    assert found.twice <= found.stated == KILLS
    assert (aside.ticket, aside.why) == (str(MANY // 3), f"ValueError: a flight of {FAILING} miles cannot be scored")


def test_a_message_that_kills_its_workers_is_set_aside_and_all_others_are_answered(tmp_path, questions):
    """In Redis: see the tests of the queue."""
    put_model(tmp_path / "models", Cost(deadly=DEADLY))
    accepted = [*questions[:5], {**questions[0], "distance": DEADLY}, *questions[5:20]]
    where, plan = f"sqlite:{tmp_path / 'queue.db'}", Plan(kills=0, lease=SHORT)
    found = kill_workers(read_site(PACKAGES[QUEUE]), where, tmp_path / "models", tmp_path, accepted, plan)
    (aside,) = open_queue(where).list_messages(ASIDE)
    assert (found.answered, found.set_aside, found.lost) == (20, 1, 0)
    assert (aside.ticket, aside.why) == ("5", DIED)


def count_refused(package, asking):
    """How many of so many questions at once a form's service refuses while its model is busy."""
    service, busy = import_module(f"{package}.service").SERVICE, Event()
    work = ServiceAtWork(service)
    work._answerer = lambda question: {"busy": busy.wait(10)}
    question = FlightQuestion.model_validate_json(json.dumps(EXAMPLE))

    async def ask():
        tasks = [asyncio.create_task(work.answer(question)) for _ in range(asking)]
        await asyncio.sleep(0.01)
        busy.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    return sum(isinstance(each, NotAnswered) for each in asyncio.run(ask()))


def check_bound(package, refuses):
    """Whether a form's callers wait, and no more of them than are answered in their patience."""
    site = import_module(f"{package}.site").SITE
    assert (site.worker, site.job) == ("", "")
    assert count_refused(package, asking=60) == refuses


BOUNDS = {EXHIBIT: 0, WAIT: 30}


@pytest.mark.parametrize("name", BOUNDS)
def test_the_exhibit_lets_everybody_wait_at_its_only_door_and_synchronous_does_not(name):
    check_bound(SIDES[name].package, BOUNDS[name])


@pytest.mark.parametrize("name", BOUNDS)
def test_sides_that_are_swapped_are_noticed(name):
    (other,) = BOUNDS.keys() - {name}
    with pytest.raises(AssertionError):
        check_bound(SIDES[other].package, BOUNDS[name])
    with pytest.raises(AssertionError):
        check_bound(SIDES[QUEUE].package, BOUNDS[name])


def test_a_form_that_prepares_knows_what_was_on_its_list_and_nothing_else(forms, questions):
    caller = Caller(forms[BATCH].front.port)
    assert caller.ask(questions[0]).read()["made_at"] <= time.time()
    said = caller.ask({**questions[0], "flight_id": 7})
    assert (said.status, said.read()["detail"]) == (
        409,
        "nothing is prepared about flight 7: it was not on the job's list",
    )


class TestJob:
    @pytest.fixture
    def state(self, tmp_path):
        put_model(tmp_path / "models", Cost(failing=FAILING))
        return tmp_path

    def prepare(self, state, rows):
        (state / LIST).write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in rows))
        return job.prepare(state, state / "models")

    def find(self, state, *flights):
        prepared = PreparedAnswers(state)
        found = [prepared.find(flight) for flight in flights]
        prepared.close()
        return [each and each.model_version for each in found]

    def test_what_cannot_be_prepared_is_named_and_the_rest_is(self, state, questions):
        rows = [questions[0], "{", {**questions[1], "distance": FAILING}, questions[2]]
        wrong = self.prepare(state, rows)
        assert wrong[0].startswith("line 2 is no question: Invalid JSON")
        assert wrong[1:] == [f"flight {questions[1]['flight_id']}: a flight of {FAILING} miles cannot be scored"]
        assert self.find(state, *(each["flight_id"] for each in questions[:3])) == ["late/1", None, "late/1"]

    def test_a_new_table_replaces_the_old_one_for_whoever_is_reading(self, state, questions):
        first, second = (each["flight_id"] for each in questions[:2])
        self.prepare(state, questions[:1])
        prepared = PreparedAnswers(state)
        assert (prepared.find(first) is None, prepared.find(second) is None) == (False, True)
        self.prepare(state, questions[1:2])
        assert (prepared.find(first) is None, prepared.find(second) is None) == (True, False)
        prepared.close()

    def test_without_a_model_the_old_answers_stay(self, state, questions, monkeypatch, capsys):
        self.prepare(state, questions[:1])
        (state / "models" / "late.json").unlink()
        for name, folder in (("STATE", state), ("MODELS", state / "models")):
            monkeypatch.setenv(name, str(folder))
        assert job.main() == 2
        assert capsys.readouterr().err.count("\n") == 1
        assert self.find(state, questions[0]["flight_id"]) == ["late/1"]

    def test_before_the_first_job_the_front_is_alive_and_says_why_it_does_not_answer(self, tmp_path, monkeypatch):
        monkeypatch.setenv("STATE", str(tmp_path))
        work = ServiceAtWork(import_module("reference.serving.batch.front").SERVICE)
        work.open(tmp_path)
        with pytest.raises(NotAnswered, match="let the job run first"):
            work.find_answerer()


class FlakyQueue:
    """A queue that is gone the first time, and has one message then."""

    def __init__(self, over):
        self.calls, self.acknowledged, self._over = 0, [], over

    def take(self):
        self.calls += 1
        if self.calls == 1:
            raise NoQueue("the queue is gone")
        return Message("1", json.dumps(EXAMPLE), 1)

    def acknowledge(self, ticket, answer):
        self.acknowledged.append(json.loads(answer))
        self._over.set()


def test_a_worker_outlives_its_queue_and_finishes_what_it_has_in_hand(monkeypatch, capsys):
    monkeypatch.setattr(worker, "BREAK", 0.01)
    over = Event()
    queue: Any = FlakyQueue(over)
    worker.work(queue, LATE, lambda asked: {"prediction": asked.distance}, over)
    assert (queue.calls, queue.acknowledged) == (2, [{"prediction": EXAMPLE["distance"]}])
    assert capsys.readouterr().err == "late: the queue is gone\n"


def test_a_worker_without_a_model_ends_with_one_line_and_nothing_is_taken(tmp_path, questions):
    where = f"sqlite:{tmp_path / 'queue.db'}"
    told = surround({"MODELS": str(tmp_path / "nowhere"), "STATE": str(tmp_path)})
    done = subprocess.run(run_module(read_site(PACKAGES[QUEUE]).worker), env=told, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "publish the model first" in done.stderr
    assert not Path(where.removeprefix("sqlite:")).exists()


def ask_while_it_stops(form):
    """The status of an answer to a question that was half sent when its front was asked to stop."""
    body = json.dumps(EXAMPLE).encode()
    head = f"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((HOST, form.front.port), timeout=GRACE) as caller:
        caller.sendall(head.encode() + body[:10])
        time.sleep(UNDER_WAY)
        form.supervisor.processes[FRONT].send_signal(signal.SIGTERM)
        time.sleep(UNDER_WAY)
        caller.sendall(body[10:])
        return int(caller.recv(65_536).split()[1])


def test_requests_under_way_are_answered_on_stop_or_accepted_and_answered_later(form, folder):
    """The last test: it stops what the others asked."""
    wait_until_ready(form)
    if form.name != QUEUE:
        checks, running = list_suite(form, folder)
        assert try_check(checks[DRAINS], running) == ""
        return
    queue = open_queue(form.queue)
    before = queue.count()[ANSWERED]
    assert ask_while_it_stops(form) == 202
    wait_until_empty(queue)
    assert queue.count()[ANSWERED] == before + 1
