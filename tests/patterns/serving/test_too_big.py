"""The large stack in the request, and two stages: both hold the big model's answer in the end, each in its own way."""

import json
import sqlite3
import sys
import time
from datetime import date, timedelta
from importlib import import_module
from threading import Event, Thread

import numpy as np
import pandas as pd
import pytest
from fastapi.testclient import TestClient

from antipatterns.serving.online_bigsize.service import Turns
from lab.cards import read_cards
from lab.patterns import size_costs
from lab.patterns.declared_way import Declared
from lab.patterns.experiments.too_big import measure_all, read_rows
from lab.patterns.later_answers import Listener
from lab.patterns.monday_models import Wanted
from lab.patterns.serving_suite import find_faults
from lab.patterns.sized_models import (
    GROWN,
    LEARNER,
    LOGISTIC,
    STACK,
    TRIO,
    Flights,
    new_logistic,
)
from lab.patterns.staged_rounds import EXHIBIT, REFERENCE, Load
from lab.patterns.staged_services import put_models
from parts.answer_desk.answer_desk import Desk
from parts.model_folder.model_folder import ModelFolder
from parts.model_service.shell import create_app
from parts.vector_models.compiled_scoring import by_graph
from parts.vector_models.vector_question import EXAMPLE
from parts.vector_models.vector_scoring import Scorer, by_pipeline
from problem.contract import CATEGORIES, FEATURES
from problem.learner import new_learner
from problem.too_big import BIG, FAST, NUMBERS
from reference.serving.multi_stage import second_stage
from reference.serving.multi_stage.service import make_app

SIDES = {card.id: import_module(card.package) for card in read_cards().values() if card.experiment == "too_big"}
DAYS, ROWS = 40, 1200


def make_rows(seed):
    """Made-up flights: late where the wind is strong, and by chance."""
    random = np.random.default_rng(seed)
    rows = pd.DataFrame(random.normal(size=(ROWS, len(NUMBERS))), columns=list(NUMBERS))
    rows = rows.mask(random.random(rows.shape) < 0.02)
    rows[list(CATEGORIES)] = random.choice(["UA", "EWR", "IAH"], (ROWS, len(CATEGORIES)))
    late = (rows["wind_speed"].fillna(0) + random.normal(size=ROWS) > 0.8).astype(int)
    days = [date(2013, 10, 1) + timedelta(days=number * DAYS // ROWS) for number in range(ROWS)]
    return rows.assign(late=late, day=days)


@pytest.fixture(scope="module")
def flights():
    return Flights(make_rows(0), make_rows(1))


@pytest.fixture(scope="module")
def models(flights):
    """Small ones in the places of all sizes: the largest is a regression, which is not the learner."""
    grown = new_learner("late").set_params(histgradientboostingclassifier__max_iter=150)
    sizes = {
        LOGISTIC: new_logistic(),
        LEARNER: new_learner("late"),
        GROWN: grown,
        TRIO: new_logistic(),
        STACK: new_logistic(),
    }
    return {name: model.fit(flights.known[list(FEATURES)], flights.known["late"]) for name, model in sizes.items()}


@pytest.fixture(scope="module")
def folder(models, tmp_path_factory):
    root = tmp_path_factory.mktemp("srv")
    put_models(root / "models", models[LEARNER], models[STACK])
    return root


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path / "desk.db")


def open_side(name, models, desk):
    """The side's service in this process; the second stage is the test's affair."""
    if name == EXHIBIT:
        return TestClient(create_app(import_module(f"{SIDES[name].__name__}.service").SERVICE, models))
    return TestClient(make_app(models, desk))


@pytest.fixture(params=SIDES)
def client(request, folder, desk):
    with open_side(request.param, folder / "models", desk) as client:
        yield client


def hold_final(client, desk, models):
    """Ask, and hold the final answer in the end."""
    told = client.post("/predict", json=EXAMPLE).json()
    if not told["final"]:
        assert second_stage.answer_some(desk, second_stage.open_pipeline(models / BIG))
        told = client.get(f"/answers/{told['answer_id']}").json()
        assert told["state"] == "ready"
    return told


def test_whoever_asks_holds_the_big_models_answer_in_the_end(client, desk, folder, models):
    told = hold_final(client, desk, folder / "models")
    (right,) = by_pipeline(models[STACK])([EXAMPLE])
    assert (told["prediction"], told["model_version"]) == (pytest.approx(right, abs=1e-12), "big/1")


def check_when_it_answers(name, side, folder, desk):
    """Hold a side to what is said of that name: whether the caller waits for the big model."""
    with open_side(side, folder / "models", desk) as client:
        told = client.post("/predict", json=EXAMPLE).json()
        assert told["final"] == (name == EXHIBIT)
        assert told["model_version"] == ("big/1" if name == EXHIBIT else "fast/1")
        assert len(SIDES[side].PROCESSES) == (1 if name == EXHIBIT else 2)


@pytest.mark.parametrize("name", SIDES)
def test_the_exhibit_answers_when_the_stack_has_and_the_reference_before(name, folder, desk):
    check_when_it_answers(name, name, folder, desk)


@pytest.mark.parametrize(("name", "other"), [(EXHIBIT, REFERENCE), (REFERENCE, EXHIBIT)])
def test_sides_that_are_swapped_are_noticed(name, other, folder, desk):
    with pytest.raises(AssertionError):
        check_when_it_answers(name, other, folder, desk)


@pytest.mark.parametrize("name", SIDES)
def test_without_the_model_that_answers_a_service_is_alive_and_says_in_one_line_what_to_do(
    name, models, desk, tmp_path
):
    other = ModelFolder(tmp_path / "models" / (FAST if name == EXHIBIT else BIG))
    other.put("1", models[LEARNER])
    other.release("1")
    with open_side(name, tmp_path / "models", desk) as client:
        said = client.post("/predict", json=EXAMPLE)
        assert (said.status_code, client.get("/health").status_code) == (503, 200)
        assert "no model is in force" in said.json()["detail"]
        assert desk.take(1, 1.0) == {}


@pytest.mark.parametrize("wrong", [{"temp": "warm"}, {"carrier": "nobody"}, {"colour": 1}, {"pressure": float("nan")}])
def test_what_is_no_question_is_refused_and_nothing_is_kept(client, desk, wrong):
    said = client.post("/predict", content=json.dumps(EXAMPLE | wrong))
    assert said.status_code == 422
    assert desk.take(1, 1.0) == {}


def test_only_the_reference_has_a_door_for_later_answers(folder, desk):
    for name in SIDES:
        with open_side(name, folder / "models", desk) as client:
            said = client.get("/answers/nothing")
            assert said.status_code == 404
            assert ("under this id" in said.json()["detail"]) == (name == REFERENCE)


def ask_in_threads(turns, rows, begun):
    """Ask about the first row, and about the others while it is being answered."""
    said = {}

    def ask(row):
        try:
            said[row] = turns.ask(row)
        except ValueError as error:
            said[row] = str(error)

    threads = [Thread(target=ask, args=(row,)) for row in rows]
    for number, thread in enumerate(threads):
        thread.start()
        if number == 0:
            assert begun.wait(5)
    return threads, said


@pytest.mark.parametrize(("most", "asked"), [(1, [1, 1, 1, 1, 1]), (3, [1, 3, 1])])
def test_waiting_questions_are_answered_together_where_they_may_be(most, asked):
    begun, go, counts = Event(), Event(), []

    def score(rows):
        counts.append(len(rows))
        begun.set()
        assert go.wait(5)
        return [row / 10 for row in rows]

    turns = Turns(score, most)
    threads, said = ask_in_threads(turns, [1, 2, 3, 4, 5], begun)
    while len(turns._waiting) < 4:
        time.sleep(0.001)
    go.set()
    for thread in threads:
        thread.join(5)
    assert (counts, said) == (asked, {row: row / 10 for row in range(1, 6)})


def test_a_stack_that_fails_tells_whoever_waits_and_answers_the_next():
    def score(rows):
        if rows[0]["number"] == 2:
            raise ValueError("no such flight")
        return [0.5]

    turns = Turns(score, 1)
    with pytest.raises(ValueError, match="no such flight"):
        turns.ask({"number": 2})
    assert turns.ask({"number": 3}) == 0.5


def test_a_question_that_nobody_can_answer_is_given_up_and_said_to_be(desk, capsys):
    def score(rows):
        if any(row["number"] == 2 for row in rows):
            raise ValueError("cannot\nbe read")
        return [0.5] * len(rows)

    asked = [desk.accept({"number": number}) for number in (1, 2, 3)]
    lease, second_stage.LEASE = second_stage.LEASE, 0.0
    try:
        while second_stage.answer_some(desk, Scorer("big/1", score)):
            pass
    finally:
        second_stage.LEASE = lease
    assert [desk.find(each).state for each in asked] == ["ready", "failed", "ready"]
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert all(asked[1] in line for line in lines)


def test_what_cannot_be_kept_gets_no_id_and_still_a_first_answer(folder, tmp_path):
    desk = Desk(tmp_path / "desk.db", patience=0.0)
    with open_side(REFERENCE, folder / "models", desk) as client:
        other = sqlite3.connect(tmp_path / "desk.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        told = client.post("/predict", json=EXAMPLE).json()
        other.execute("ROLLBACK")
        assert told["answer_id"] is None
        assert 0 <= told["prediction"] <= 1
        assert client.post("/predict", json=EXAMPLE).json()["answer_id"]


def test_an_address_that_does_not_listen_is_told_later_and_each_answer_once(desk):
    asked = [desk.accept({}) for _ in range(3)]
    desk.give(dict.fromkeys(asked, 0.5), "big/1")
    assert not second_stage.send("http://127.0.0.1:9/", desk.list_untold(9))
    stop = Event()
    with Listener() as listener:
        teller = Thread(target=second_stage.tell, args=(desk, listener.address, stop))
        teller.start()
        assert listener.wait_for(asked, 5) == []
        stop.set()
        teller.join(5)
    assert desk.list_untold(9) == []
    assert {prediction for _, prediction in listener.came.values()} == {0.5}


def test_a_process_that_lacks_a_setting_or_its_model_ends_with_one_line(monkeypatch, capsys, tmp_path):
    for name in ("PORT", "HOST", "MODELS", "DESK", "PUSH_TO"):
        monkeypatch.delenv(name, raising=False)
    service = sys.modules[make_app.__module__]
    assert (service.main(), second_stage.main()) == (2, 2)
    monkeypatch.setenv("MODELS", str(tmp_path))
    monkeypatch.setenv("DESK", str(tmp_path / "desk.db"))
    assert second_stage.main() == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines] == ["multi_stage"] * 3
    assert "no model is in force" in lines[2]


def test_compiled_and_as_fitted_a_model_says_the_same_of_rows_as_callers_send_them(models, flights):
    rows = json.loads(json.dumps(read_rows(flights.served[:200])))
    assert any(value is None for row in rows for value in row.values())
    right = models[LEARNER].predict_proba(flights.served[list(FEATURES)][:200])[:, 1]
    for scorer in (by_pipeline, by_graph):
        np.testing.assert_allclose(scorer(models[LEARNER])(rows), right, atol=1e-12)


def find_right(models_folder):
    big = ModelFolder(models_folder / BIG).load()
    return float(big.predict_proba(pd.DataFrame([EXAMPLE])[list(FEATURES)].astype({"pressure": float}))[0, 1])


def find_first(models_folder):
    fast = ModelFolder(models_folder / FAST).load()
    return float(fast.predict_proba(pd.DataFrame([EXAMPLE])[list(FEATURES)].astype({"pressure": float}))[0, 1])


@pytest.mark.service
@pytest.mark.parametrize("name", SIDES)
def test_both_services_pass_the_suite(name, folder):
    environment = {"PORT": "8080", "HOST": "127.0.0.1", "MODELS": "/srv/models", "DESK": "/srv/work/desk.db"}
    declared = Declared(("python", "-m", SIDES[name].PROCESSES[0]), environment, 8080, (), 10.0)
    wanted = Wanted(EXAMPLE, find_right if name == EXHIBIT else find_first)
    faults = find_faults(declared, folder, wanted)
    assert len(faults) == 13
    assert {check: said for check, said in faults.items() if said} == {}


@pytest.mark.service
def test_a_small_experiment_loses_no_second_answer_and_finds_where_the_verdict_turns(
    tmp_path, flights, models, monkeypatch
):
    for name, less in (("SHORT", 0.1), ("ALONE", 5)):
        monkeypatch.setattr(size_costs, name, less)
    found = measure_all(tmp_path, SIDES, flights, models, Load((20,), 0.5, 1))
    assert (found["killed"]["lost"], found["killed"]["wrong"]) == (0, 0)
    assert {row["way"]: (row["lost"], row["wrong"]) for row in found["waits"]} == dict.fromkeys(
        ("one at a time", "together", "two stages"), (0, 0)
    )
    assert [row["rival"] for row in found["against"]["20"]] == ["one at a time", "together", "first answer only"]
    assert found["enough"] in ("logistic", "learner", "grown", "stack")
    assert "a patience of" in found["headline"]
    json.dumps(found, allow_nan=False)
