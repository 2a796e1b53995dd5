"""The service: as many callers may wait as are answered while an answer is still of use to them.

A wait is a promise. ``WAITING`` is what the model answers within three fifths of the callers' patience, a quarter of a
second at 200 answers a second; the rest is for the web side, and for a slow moment. One more would wait in vain, so it
is refused at once and may ask elsewhere, or later. The model works beside the event loop, which goes on saying that the
service is alive.
"""

import sys
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from parts.deployed_service.example_request import EXAMPLE
from parts.model_service.described_service import Answerer, Service
from parts.model_service.question import FlightQuestion
from parts.model_service.shell import serve
from problem.ask_or_queue import NAME, open_model

WAITING = 30


class Answer(BaseModel):
    """``prediction``: the probability that the flight is late."""

    prediction: Annotated[float, Field(ge=0, le=1)]
    model_version: str


def open_answerer(models: Path) -> Answerer:
    """What answers, from the folder of models."""
    model = open_model(models)

    def answer(asked: FlightQuestion) -> dict[str, object]:
        return model.answer([asked.request()])[0]

    return answer


SERVICE = Service(NAME, FlightQuestion, Answer, open_answerer, EXAMPLE, at_once=WAITING)

if __name__ == "__main__":
    sys.exit(serve(SERVICE))
