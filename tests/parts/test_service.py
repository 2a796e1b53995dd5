"""FTI as an online service, over HTTP, with the real store and the real registry: right answers, and typed refusals."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fastapi.testclient import TestClient

from lab.service.service_installation import open_service, renew_installation
from measure.data.skew import row_skew
from parts.service_shell.answer_log import read_answers
from parts.service_shell.answering import PredictionService
from parts.service_shell.app import create_app
from parts.service_shell.flight import make_bodies
from parts.service_shell.metrics import Metrics
from problem.contract import FEATURES, KEYS
from problem.facts import Facts
from problem.learner import new_learner
from problem.oracle import oracle_at_ages
from problem.questions import CUT_OFF, NOTICE, questions
from reference.systems.fti.adapters.fti_service import FEATURES as STORED
from reference.systems.fti.adapters.served_models import ServedRegistry

pytestmark = pytest.mark.service


@dataclass
class Running:
    """A service in this process, and where it keeps its own."""

    http: TestClient
    behind: PredictionService
    home: Path
    body: dict[str, Any]

    def ask(self, **changed: Any) -> Any:
        return self.http.post("/predict", json=self.body | changed)

    def metric(self, name: str) -> float:
        lines = self.http.get("/metrics").text.splitlines()
        (value,) = [line.rsplit(" ", 1)[1] for line in lines if line.startswith(f"{name} ")]
        return float(value)


@pytest.fixture(scope="module")
def asked(facts: Facts) -> pd.DataFrame:
    """Questions of the first morning after the cut-off, asked while the store is as it was then."""
    first = questions(facts, "real_time")
    first = first[first["scheduled_at"] >= CUT_OFF + NOTICE].head(60)
    return first.assign(asked_at=CUT_OFF + pd.Timedelta(minutes=7)).reset_index(drop=True)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return renew_installation("fti", tmp_path_factory.mktemp("service") / "fti")


def running(home: Path, asked: pd.DataFrame, degrade: bool = True) -> Iterator[Running]:
    behind, body = open_service("fti", home, degrade), make_bodies(asked)[0]
    with TestClient(create_app(behind, body), raise_server_exceptions=False) as http:
        yield Running(http, behind, home, body)


@pytest.fixture(scope="module")
def service(trained: Path, asked: pd.DataFrame) -> Iterator[Running]:
    yield from running(trained, asked)


@pytest.fixture
def harmed(trained: Path, asked: pd.DataFrame, request: pytest.FixtureRequest) -> Iterator[Running]:
    """A service whose store is put aside for a while; what to do then, by parameter."""
    yield from running(trained, asked, degrade=request.param == "degrade")


def test_answers_are_what_the_oracle_says_at_the_stated_ages_and_what_the_model_makes_of_it(
    service: Running, facts: Facts, asked: pd.DataFrame
) -> None:
    answers = [service.http.post("/predict", json=body).json() for body in make_bodies(asked)]
    logged = read_answers(service.home / "answers").drop_duplicates("flight_id", keep="last").set_index("flight_id")
    logged = logged.loc[asked["flight_id"]].reset_index().astype(dict.fromkeys(FEATURES[:-3], float))
    assert [answer["prediction"] for answer in answers] == logged["prediction"].tolist()
    skew = row_skew(oracle_at_ages(facts, logged), logged, list(KEYS), list(FEATURES)).per_feature
    assert skew["skewed"].tolist() == [0] * len(FEATURES)
    late, version = ServedRegistry(service.home / "registry").champion("late_real_time")
    said = late.predict_proba(logged[list(FEATURES)])[:, 1]
    np.testing.assert_allclose(said, logged["prediction"], rtol=0, atol=1e-12)  # leaves are added in another order
    assert set(logged["model_version"]) == {f"late_real_time/{version}"}


WRONG = {
    "unknown airport": ({"origin": "ATLANTIS"}, 422, "origin"),
    "unknown destination": ({"dest": "nowhere"}, 422, "dest"),
    "unknown carrier": ({"carrier": "\ud800"}, 422, "carrier"),
    "an airport that is no text": ({"origin": ["JFK"]}, 422, "origin"),
    "an instant as a number": ({"asked_at": 1380614400}, 422, "asked_at"),
    "an instant as a number in text": ({"asked_at": "1380614400"}, 422, "asked_at"),
    "no zone": ({"asked_at": "2013-10-01T08:00:00"}, 422, "asked_at"),
    "the 31st of February": ({"asked_at": "2013-02-31T08:00:00Z"}, 422, "asked_at"),
    "a distance as text": ({"distance": "529"}, 422, "distance"),
    "a distance of nothing": ({"distance": 0}, 422, "distance"),
    "a distance that is half a mile": ({"distance": 0.5}, 422, "distance"),
    "an identity beyond all": ({"flight_id": 10**30}, 422, "flight_id"),
    "a tail number of another alphabet": ({"tailnum": "Ñ12345"}, 422, "tailnum"),
    "a field nobody asked for": ({"gate": "B12"}, 422, "gate"),
    "asked in the past": ({"asked_at": "2013-09-30T08:00:00Z"}, 409, ""),
    "asked in the year 9999": ({"asked_at": "9999-12-31T23:59:59-14:00"}, 409, ""),
    "asked in the year 1": ({"asked_at": "0001-01-01T00:00:00+14:00"}, 409, ""),
    "asked when the features are long out of date": ({"asked_at": "2014-10-01T08:00:00Z"}, 409, ""),
    "asked after departure": ({"scheduled_at": "2013-10-01T04:00:00Z"}, 409, ""),
    "scheduled years ahead": ({"scheduled_at": "2020-10-01T04:00:00Z"}, 409, ""),
}


@pytest.mark.parametrize(("change", "status", "where"), WRONG.values(), ids=WRONG)
def test_a_wrong_field_is_refused_with_its_name_or_the_rule(
    service: Running, change: dict[str, Any], status: int, where: str
) -> None:
    answer = service.http.post("/predict", content=_json(service.body | change), headers=JSON)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["detail"]
    assert [fault["where"].split(".")[1] for fault in answer.json()["faults"]] == ([where] if where else [])


JSON = {"content-type": "application/json"}
BODIES = {
    "nothing": (b"", 422),
    "no JSON": (b"{flight", 422),
    "not UTF-8": (b'{"origin": "\xff"}', 400),
    "a list": (b"[]", 422),
    "null": (b"null", 422),
    "NaN": (b'{"distance": NaN}', 422),
    "brackets without end": (b"[" * 10_000, 400),
    "a number of ten thousand digits": (b'{"distance": ' + b"1" * 10_000 + b"}", 422),
}


@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES)
def test_a_body_that_is_no_flight_is_refused(service: Running, body: bytes, status: int) -> None:
    answer = service.http.post("/predict", content=body, headers=JSON)
    assert 400 <= answer.status_code < 500
    assert answer.json()["status"] == answer.status_code
    assert answer.status_code in (status, 400, 422)


def test_a_body_that_is_far_too_large_is_refused_by_what_it_announces(service: Running) -> None:
    answer = service.http.post("/predict", content=b" " * 100_000, headers=JSON)
    assert (answer.status_code, answer.text) == (413, "Content Too Large")


def test_a_body_that_is_sent_in_pieces_and_does_not_end_is_cut_off(service: Running) -> None:
    answer = service.http.post("/predict", content=(b" " * 1000 for _ in range(100)), headers=JSON)
    assert answer.status_code == 413


def test_a_missing_field_is_named(service: Running) -> None:
    for name in ("flight_id", "asked_at", "scheduled_at", "carrier", "origin", "dest", "distance"):
        body = {key: value for key, value in service.body.items() if key != name}
        assert service.http.post("/predict", json=body).json()["faults"] == [
            {"where": f"body.{name}", "why": "Field required"}
        ]


def test_an_aircraft_need_not_be_known(service: Running) -> None:
    answer = service.ask(tailnum=None).json()
    assert answer["features"]["aircraft_seats"] is None
    assert answer["degraded"] is None


@pytest.mark.parametrize("path", ["/", "/predict", "/nothing"])
def test_what_is_not_there_is_a_problem_too(service: Running, path: str) -> None:
    answer = service.http.get(path)
    assert answer.status_code in (404, 405)
    assert answer.json()["status"] == answer.status_code


def _json(body: dict[str, Any]) -> bytes:
    import json

    return json.dumps(body).encode()


def _gone(home: Path) -> Iterator[None]:
    shutil.move(home / "features", home / "elsewhere")
    yield
    shutil.move(home / "elsewhere", home / "features")


def _locked(home: Path) -> Iterator[None]:
    with closing(sqlite3.connect(home / "features" / "online.db", isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        yield


@pytest.mark.parametrize("harm", [_gone, _locked])
@pytest.mark.parametrize("harmed", ["degrade"], indirect=True)
def test_without_the_store_an_answer_comes_from_nulls_and_says_so(harmed: Running, harm: Any) -> None:
    whole = harmed.ask().json()
    for _ in harm(harmed.home):
        answers = [harmed.ask().json() for _ in range(3)]
    assert {answer["degraded"] is None for answer in answers} == {False}
    assert {answer["features"]["temp"] for answer in answers} == {None}
    assert {answer["features"]["distance"] for answer in answers} == {harmed.body["distance"]}
    assert {*answers[0]["ages"].values()} == {None}
    assert harmed.metric("degraded_answers_total") == 3
    assert read_answers(harmed.home / "answers")["degraded"].notna().sum() >= 3
    assert _again(harmed) == whole


@pytest.mark.parametrize("harm", [_gone, _locked])
@pytest.mark.parametrize("harmed", ["refuse"], indirect=True)
def test_or_is_refused_where_that_is_configured(harmed: Running, harm: Any) -> None:
    whole = harmed.ask().json()
    for _ in harm(harmed.home):
        answer = harmed.ask()
        assert answer.status_code == 503
        assert "feature store" in answer.json()["detail"]
        assert harmed.http.get("/health").status_code == 200
    assert _again(harmed) == whole


def _again(service: Running) -> Any:
    """The answer as soon as the store is read again: SQLite gives up on a locked file after five seconds."""
    import time

    until = time.monotonic() + 30
    while time.monotonic() < until:
        answer = service.ask()
        if answer.status_code == 200 and answer.json()["degraded"] is None:
            return answer.json()
        time.sleep(0.2)
    raise AssertionError(answer.json())


def test_a_service_without_a_store_or_a_model_is_alive_and_not_ready(tmp_path: Path, asked: pd.DataFrame) -> None:
    for service in running(tmp_path, asked):
        assert service.http.get("/health").json() == {"status": "alive", "system": "fti"}
        assert service.http.get("/ready").status_code == 503
        assert service.ask().status_code == 503
        assert not (tmp_path / "features").exists()


def test_a_new_champion_answers_and_one_that_does_not_fit_is_refused(
    tmp_path: Path, trained: Path, asked: pd.DataFrame
) -> None:
    from lab.sandbox.installations import copy_installation

    others = {*threading.enumerate()}
    for service in running(copy_installation(trained, tmp_path / "fti"), asked):
        champions = service.behind.predictor._champions  # type: ignore[attr-defined]
        champions.close()  # it looks when it is told to, and not beside that in its own thread
        for follower in {*threading.enumerate()} - others:
            if follower.name == "champions":
                follower.join()
        before, registry = service.ask().json(), ServedRegistry(service.home / "registry", STORED)
        table = pd.DataFrame([before["features"]] * 50).assign(label=[0, 1] * 25)
        model = new_learner("late").fit(table[list(FEATURES)], table["label"])
        registry.register("late_real_time", model)
        champions.look()
        swapped = service.ask().json()
        assert (swapped["model_version"], swapped["prediction"]) == ("late_real_time/2", pytest.approx(0.5))
        assert swapped["model_version_delay"] == before["model_version_delay"]
        ServedRegistry(service.home / "registry", ["gone:feature"]).register("late_real_time", model)
        champions.look()
        assert service.ask().json() == swapped
        assert service.metric("champions_rejected_total") == 1


def test_the_metrics_tell_latency_by_part_statuses_ages_and_the_models(service: Running) -> None:
    service.ask()
    told = service.http.get("/metrics").text
    for part in ("stored", "on_demand", "models", "rest"):
        assert f'answer_seconds_count{{part="{part}"}}' in told
    assert 'requests_total{status="200"}' in told
    assert 'feature_age_minutes{feature="temp"} 7.0' in told
    assert 'champion_info{versions="late_real_time/1 delay_real_time/1"} 1.0' in told


def test_two_services_of_one_process_count_apart() -> None:
    import feast  # noqa: F401  # sets prometheus_client up for many processes

    first, second = Metrics(), Metrics()
    first.degraded.inc()
    assert b"degraded_answers_total 1.0" in first.text()
    assert b"degraded_answers_total 0.0" in second.text()
