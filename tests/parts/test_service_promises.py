"""The service keeps what its OpenAPI document promises, whatever it is sent: no 5xx, no answer of another form."""

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pandas as pd
import pytest
import schemathesis
import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from lab.service.service_installation import open_service, renew_installation
from parts.model_service.question import Problem
from parts.service_shell.app import create_app
from parts.service_shell.flight import Answer, list_known, make_example
from problem.questions import CUT_OFF

pytestmark = pytest.mark.service

REQUESTS = int(os.environ.get("SERVICE_REQUESTS", "1000"))
"""Requests per property; SERVICE_REQUESTS=5000 for the long run."""
QUIET = settings(
    max_examples=REQUESTS,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service at work on a port of its own."""
    service = open_service("fti", renew_installation("fti", tmp_path_factory.mktemp("service") / "fti"))
    with serving(create_app(service, make_example(CUT_OFF))) as address:
        yield address


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The app under uvicorn in a thread of this process."""
    with socket.create_server(("127.0.0.1", 0)) as ear:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False))
        thread = threading.Thread(target=lambda: server.run([ear]))
        thread.start()
        while thread.is_alive() and not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{ear.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def http(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def api(url: str) -> Any:
    return schemathesis.openapi.from_url(f"{url}/openapi.json")


OPERATIONS = [("/predict", "POST"), ("/health", "GET"), ("/ready", "GET"), ("/metrics", "GET")]


@pytest.mark.parametrize("kind", GenerationMode)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_nothing_that_the_document_allows_or_forbids_is_answered_otherwise_than_it_says(
    api: Any, path: str, method: str, kind: GenerationMode
) -> None:
    most = REQUESTS // 2 if path == "/predict" else 10

    @settings(QUIET, max_examples=most)
    @given(case=api[path][method].as_strategy(generation_mode=kind))
    def check(case: Any) -> None:
        case.call_and_validate()

    with suppress(Unsatisfiable):  # a path without parameters has nothing to do wrong
        check()


def test_no_operation_is_left_out(api: Any) -> None:
    named = [(found.ok().path, found.ok().method.upper()) for found in api.get_all_operations()]
    assert sorted(named) == sorted(OPERATIONS)


def test_the_documents_own_example_is_answered(http: httpx.Client) -> None:
    document = http.get("/openapi.json").json()
    content = document["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]
    for shown in content["examples"].values():
        assert http.post("/predict", json=shown["value"]).status_code == 200


INSTANTS = st.one_of(
    st.datetimes(datetime(2013, 9, 30), datetime(2013, 11, 10), timezones=st.just(UTC)).map(datetime.isoformat),
    st.datetimes(timezones=st.integers(-1439, 1439).map(lambda m: timezone(timedelta(minutes=m)))).map(str),
    st.text(max_size=30),
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
FLIGHTS = st.fixed_dictionaries(
    {
        "flight_id": st.integers(0, 400_000) | SCALARS,
        "asked_at": INSTANTS | SCALARS,
        "scheduled_at": INSTANTS | SCALARS,
        "carrier": st.sampled_from(["UA", "B6", "DL"]) | SCALARS,
        "origin": st.sampled_from(["JFK", "EWR", "LGA"]) | SCALARS,
        "dest": st.sampled_from(["LAX", "MIA"]) | SCALARS,
        "distance": st.integers(1, 5000) | SCALARS,
    },
    optional={"tailnum": SCALARS, "more": SCALARS},
)
ANYTHING = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=9), inner))


def kept(answer: Any) -> bool:
    """Whether an answer has one of the two forms that are promised."""
    if answer.status_code == 200:
        return Answer.model_validate_json(answer.text) is not None
    return 400 <= answer.status_code < 500 and Problem.model_validate_json(answer.text).status == answer.status_code


@QUIET
@given(body=FLIGHTS | ANYTHING)
def test_any_json_gets_an_answer_or_a_typed_refusal(http: httpx.Client, body: Any) -> None:
    assert kept(http.post("/predict", content=json.dumps(body), headers={"content-type": "application/json"}))


@settings(QUIET, max_examples=REQUESTS // 5)
@given(body=st.binary(max_size=200), kind=st.sampled_from(["application/json", "text/plain", "application/xml", ""]))
def test_any_bytes_get_a_typed_refusal(http: httpx.Client, body: bytes, kind: str) -> None:
    answer = http.post("/predict", content=body, headers={"content-type": kind})
    assert answer.status_code != 200
    assert kept(answer)


@settings(QUIET, max_examples=REQUESTS // 5)
@given(minutes=st.integers(0, 31 * 24 * 60), notice=st.integers(1, 3000), flight=st.fixed_dictionaries({
    "carrier": st.deferred(lambda: st.sampled_from(list_known("carrier"))),
    "origin": st.deferred(lambda: st.sampled_from(list_known("origin"))),
    "dest": st.deferred(lambda: st.sampled_from(list_known("dest"))),
    "tailnum": st.none() | st.from_regex(r"\A[0-9A-Z]{2,8}\Z"),
    "distance": st.integers(1, 20_000),
}))  # fmt: skip
def test_every_flight_of_the_network_that_can_be_asked_about_is_answered(
    http: httpx.Client, minutes: int, notice: int, flight: dict[str, Any]
) -> None:
    at = CUT_OFF + pd.Timedelta(minutes=minutes)
    instants = {"asked_at": at.isoformat(), "scheduled_at": (at + pd.Timedelta(minutes=notice)).isoformat()}
    answer = http.post("/predict", json=flight | instants | {"flight_id": 1})
    assert answer.status_code == 200, answer.text
    assert kept(answer)
    assert answer.json()["degraded"] is None


def test_a_service_that_breaks_its_word_is_found() -> None:
    broken = FastAPI()

    @broken.get("/ready", response_model=Problem)
    def ready() -> Any:
        return JSONResponse({"title": "fine"})

    with serving(broken) as url:
        operation = schemathesis.openapi.from_url(f"{url}/openapi.json")["/ready"]["GET"]
        with pytest.raises(BaseException, match="Response violates schema"):
            operation.Case().call_and_validate()
