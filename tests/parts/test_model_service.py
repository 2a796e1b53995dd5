"""The shell of a service where nothing is as it should be: a missing setting, no model, too much to do."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from parts.model_service.described_service import Service
from parts.model_service.question import FlightQuestion, Question
from parts.model_service.refusals import NotAnswered
from parts.model_service.service_at_work import ServiceAtWork
from parts.model_service.shell import serve


class Asked(Question):
    """A number."""

    number: int


class Answer(BaseModel):
    """Its double."""

    prediction: int


def open_doubler(_: Path):
    return lambda asked: {"prediction": 2 * asked.number}


DOUBLER = Service("doubler", Asked, Answer, open_doubler, {"number": 1})


def test_a_missing_setting_is_one_line_and_no_service(monkeypatch, capsys):
    monkeypatch.setenv("PORT", "1")
    monkeypatch.delenv("HOST", raising=False)
    monkeypatch.delenv("MODELS", raising=False)
    assert serve(DOUBLER) == 2
    assert capsys.readouterr().err == "doubler: set HOST, MODELS in the environment\n"


def test_without_a_model_it_says_why_it_does_not_answer(tmp_path):
    def find_none(_: Path):
        raise LookupError("no model in here")

    work = ServiceAtWork(Service("doubler", Asked, Answer, find_none, {"number": 1}))
    with pytest.raises(NotAnswered, match="looked for yet"):
        work.find_answerer()
    work.open(tmp_path)
    with pytest.raises(NotAnswered, match="no model in here"):
        asyncio.run(work.answer(Asked(number=1)))


def test_what_is_too_much_at_once_is_refused_and_the_rest_answered(tmp_path):
    gate = threading.Event()

    def open_slow(_: Path):
        return lambda asked: {"prediction": asked.number, "waited": gate.wait(10)}

    work = ServiceAtWork(Service("slow", Asked, Answer, open_slow, {"number": 1}, at_once=2))
    work.open(tmp_path)

    async def ask_three():
        first = [asyncio.create_task(work.answer(Asked(number=number))) for number in (1, 2)]
        await asyncio.sleep(0)
        with pytest.raises(NotAnswered, match="2 questions are being answered"):
            await work.answer(Asked(number=3))
        gate.set()
        return [(await task)["prediction"] for task in first], (await work.answer(Asked(number=4)))["prediction"]

    assert asyncio.run(ask_three()) == ([1, 2], 4)


@pytest.mark.parametrize("number", [1, 1.0])
def test_a_whole_number_may_be_written_as_a_float(number):
    assert Asked(number=number).number == 1


@pytest.mark.parametrize(
    "body", [{"number": 1.5}, {"number": "1"}, {"number": True}, {}, {"number": 1, "colour": "red"}]
)
def test_nothing_is_guessed(body):
    with pytest.raises(ValidationError):
        Asked(**body)


@pytest.mark.parametrize(
    "instant", ["2013-10-01 08:00:00+00:00", "2013-10-01T08:00:00", 1380614400, "2013-13-01T08:00:00Z"]
)
def test_an_instant_is_text_as_rfc_3339_has_it(instant):
    flight: dict[str, Any] = {
        "flight_id": 1,
        "asked_at": "2013-10-01T08:00:00Z",
        "carrier": "UA",
        "origin": "EWR",
        "dest": "IAH",
        "distance": 1400,
    }
    FlightQuestion(**flight | {"scheduled_at": "2013-10-01T09:00:00+09:00"})
    with pytest.raises(ValidationError):
        FlightQuestion(**flight | {"scheduled_at": instant})
