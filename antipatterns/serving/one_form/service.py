"""The service: one door, at which everybody waits until the answer is there.

It was written for a page on which a traveller waits, and did well there. Then came the partners' feed, which tells of
each change of the schedule, and the planners' list of tomorrow's flights. Both could use what was there, so they were
given the address: a second way in would have been a second thing to run. When the first storm came, the feed was told
503 and somebody had to replay it by hand. Since then nobody is refused: an answer that comes late is better than none.
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

EVERYBODY = 1_000_000


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


SERVICE = Service(NAME, FlightQuestion, Answer, open_answerer, EXAMPLE, at_once=EVERYBODY)

if __name__ == "__main__":
    sys.exit(serve(SERVICE))
