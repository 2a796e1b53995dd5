"""Guards around a call: each does what it is for, and a breaker that never opens is noticed."""

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import circuitbreaker
import pytest
from circuitbreaker import CircuitBreaker

from parts.guarded_front.guarded_front import GUARDS, MODEL, SERVICE, open_front, read_guards, tell_front
from parts.guarded_front.guarding import break_circuit, guard, let_in, try_again
from parts.guarded_front.hourly_table import HOURS, read_table, write_table
from parts.guarded_front.patient_model import SERVICE as PATIENT
from parts.model_service.refusals import NotAnswered, Refused
from parts.model_service.service_at_work import ServiceAtWork
from parts.several_models.several_asked import EXAMPLE, SeveralAsked
from parts.several_models.site_settings import LIMIT, NotSet
from problem.monday import NoModel
from problem.rush import EVERYBODY, Guards

ASKED = SeveralAsked.model_validate_json(json.dumps(EXAMPLE))
RATES = [hour / 100 for hour in range(HOURS)]
FAILURES, REST = 3, 2.0


class Clock:
    """Time as a breaker sees it."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


class Calls:
    """A call of a model that does what it is told, one after the other, and then the last for ever."""

    def __init__(self, *does):
        self.does, self.count = [*does], 0

    def __call__(self, body):
        self.count += 1
        do = self.does.pop(0) if len(self.does) > 1 else self.does[0]
        if isinstance(do, Exception):
            raise do
        return do


DOWN, WELL = NotAnswered("the model is down"), {"prediction": {"late": 0.3}}


def ask_often(ask, count):
    """What came of so many questions, one after the other."""
    told = []
    for _ in range(count):
        try:
            told.append(ask({}))
        except (NotAnswered, Refused) as error:
            told.append(str(error))
    return told


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(circuitbreaker, "monotonic", clock)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    return clock


# The breaker


def check_breaker(make, clock):
    """Hold a breaker to what it is for: it opens, rests, tries again, and closes."""
    calls = Calls(DOWN)
    ask = make(calls, FAILURES, REST)
    assert ask_often(ask, FAILURES) == ["the model is down"] * FAILURES
    open_for = ask_often(ask, 10)
    assert calls.count == FAILURES, "the model is not left alone"
    assert {*open_for} == {"3 calls of the model in a row had no answer: it is left alone for 2 s"}
    clock.now += REST
    ask_often(ask, 10)
    assert calls.count == FAILURES + 1, "one failure opens it anew"
    clock.now += REST
    calls.does = [WELL]
    assert ask_often(ask, 10) == [WELL] * 10


def test_a_breaker_opens_rests_and_closes(clock):
    check_breaker(break_circuit, clock)


def never_opens(ask, failures, rest):
    """The same library in the way that its name suggests: as a context manager, which counts and refuses nobody."""
    breaker = CircuitBreaker(failures, rest, expected_exception=NotAnswered, name="never")

    def call(body):
        with breaker:
            return ask(body)

    return call


def never_closes(ask, failures, rest):
    return break_circuit(ask, failures, 1_000 * rest)


@pytest.mark.parametrize("planted", [never_opens, never_closes, lambda ask, *_: ask])
def test_a_breaker_that_never_opens_or_never_closes_is_noticed(planted, clock):
    with pytest.raises(AssertionError):
        check_breaker(planted, clock)


def test_failures_that_are_not_in_a_row_and_questions_that_nobody_can_answer_do_not_open_it(clock):
    calls = Calls(*[DOWN, DOWN, WELL] * 5, WELL)
    ask_often(break_circuit(calls, FAILURES, REST), 15)
    assert calls.count == 15
    refused = Calls(Refused("no such model"))
    ask_often(break_circuit(refused, FAILURES, REST), 15)
    assert refused.count == 15


# Tries


def test_a_call_that_fails_is_tried_again_and_the_last_failure_is_told(clock):
    calls = Calls(DOWN, DOWN, WELL)
    assert (try_again(calls, 3)({}), calls.count) == (WELL, 3)
    calls = Calls(DOWN, DOWN, NotAnswered("still down"), WELL)
    assert (ask_often(try_again(calls, 3), 1), calls.count) == (["still down"], 3)


def test_what_no_model_can_answer_is_not_tried_again(clock):
    calls = Calls(Refused("no such model"))
    assert (ask_often(try_again(calls, 3), 1), calls.count) == (["no such model"], 1)


def test_pauses_differ_by_caller_and_never_pass_the_longest(monkeypatch):
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    for _ in range(20):
        ask_often(try_again(Calls(DOWN), 6), 1)
    assert len({*pauses}) > 50
    assert 0 <= min(pauses) <= max(pauses) <= 1
    assert max(pauses[::5]) <= 0.1 < max(pauses)


# The bound


def count_let_in(ask, asking):
    """How many of so many threads that ask at once are let in: each that is waits until all have come to know."""
    over, hold = threading.Barrier(asking + 1), threading.Event()

    def busy(body):
        over.wait(30)
        hold.wait(30)
        return WELL

    guarded = ask(busy)

    def one(number):
        try:
            return guarded({})
        except NotAnswered as error:
            over.wait(30)
            return str(error)

    with ThreadPoolExecutor(asking) as pool:
        told = [pool.submit(one, number) for number in range(asking)]
        over.wait(30)
        hold.set()
        return [each.result() for each in told]


@pytest.mark.parametrize("at_once", [1, 5])
def test_no_more_are_let_in_than_the_bound_and_the_others_are_told_so(at_once):
    told = count_let_in(lambda ask: let_in(ask, at_once), 8)
    assert told.count(WELL) == at_once
    assert told.count(f"{at_once} questions are in hand: ask again later") == 8 - at_once
    assert count_let_in(lambda ask: guard(ask, Guards()), 8).count(WELL) == 8


def test_places_are_free_again_after_an_answer_and_after_a_failure():
    assert ask_often(let_in(Calls(WELL), 1), 5) == [WELL] * 5
    assert ask_often(let_in(Calls(DOWN), 1), 5) == ["the model is down"] * 5


def test_who_is_not_let_in_does_not_count_as_a_failure_of_the_model(clock):
    calls = Calls(DOWN, DOWN, WELL)
    ask = guard(calls, Guards(at_once=1, failures=FAILURES, rest=REST))
    told = ask_often(ask, 3)
    inner = guard(lambda body: {"inner": ask_often(outer, 10)}, Guards(at_once=1, failures=FAILURES, rest=REST))
    outer = inner
    assert told == ["the model is down", "the model is down", WELL]
    assert ask_often(outer, 3) == [{"inner": ["1 questions are in hand: ask again later"] * 10}] * 3


# The table, and the front


@pytest.fixture
def models(tmp_path):
    write_table(RATES, tmp_path)
    return tmp_path


def test_a_table_answers_by_the_hour_in_new_york_under_its_own_name(models):
    told = read_table(models).answer(ASKED, "the model is down")
    assert ASKED.scheduled_at.isoformat() == "2013-10-01T13:00:00+00:00"
    assert told["prediction"] == {"table": 0.09}
    assert told["missing"] == {"late": "the model is down"}


@pytest.mark.parametrize(
    "text", ["", "[0.1]", "{}", json.dumps([0.1] * 23 + [1.5]), "[" + ",".join(["NaN"] * 24) + "]"]
)
def test_what_is_no_table_is_refused_when_it_is_written_and_when_it_is_read(text, models):
    (models / "hourly.json").write_text(text)
    with pytest.raises(NoModel, match="publish the table with the models"):
        read_table(models)
    with pytest.raises(ValueError, match="24 shares"):
        write_table([0.1], models)


def open_told(models, monkeypatch, guards, address="http://127.0.0.1:9"):
    """A front whose model is at that address; by default nobody listens there."""
    for name, value in tell_front(guards, address).items():
        monkeypatch.setenv(name, value)
    return open_front(models)


def test_a_front_whose_model_is_down_gives_one_answer_with_the_reason(models, monkeypatch):
    why = "model cannot be asked: ConnectionRefusedError"
    with pytest.raises(NotAnswered, match=why):
        open_told(models, monkeypatch, Guards(tries=2))(ASKED)
    answer = open_told(models, monkeypatch, Guards(table=True))(ASKED)
    assert (answer["prediction"], answer["missing"]) == ({"table": 0.09}, {"late": why})


def test_a_front_without_guards_or_without_the_table_it_needs_says_so_and_is_alive(models, monkeypatch, tmp_path):
    monkeypatch.setenv("ASKS", json.dumps({MODEL: "http://127.0.0.1:9"}))
    for told, said in (("", f"set {GUARDS}"), ("{", f"set {GUARDS}"), ('{"colour": 1}', f"set {GUARDS}")):
        monkeypatch.setenv(GUARDS, told)
        with pytest.raises(NotSet, match=said):
            open_front(models)
    monkeypatch.setenv(GUARDS, json.dumps(Guards(table=True)._asdict()))

    async def find_why():
        work = ServiceAtWork(SERVICE)
        work.open(tmp_path / "nowhere")
        with pytest.raises(NotAnswered, match="publish the table with the models"):
            work.find_answerer()

    asyncio.run(find_why())


def test_what_a_front_is_told_is_what_it_reads():
    guards = Guards(at_once=5, limit=0.8, tries=3, failures=5, rest=2.0, table=True)
    told = tell_front(guards, "http://127.0.0.1:9")
    assert (read_guards(told), told[LIMIT]) == (guards, "0.8")


def test_neither_shell_turns_anybody_away_by_itself():
    assert (SERVICE.at_once, PATIENT.at_once) == (EVERYBODY, EVERYBODY)
