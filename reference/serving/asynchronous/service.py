"""What the web side and the workers have to agree on: questions, answers, the model, and where the queue is."""

import os
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from parts.deployed_service.example_request import EXAMPLE
from parts.model_service.described_service import Answerer, Service
from parts.model_service.question import FlightQuestion
from problem.ask_or_queue import NAME, open_model


class Answer(BaseModel):
    """``prediction``: the probability that the flight is late."""

    prediction: Annotated[float, Field(ge=0, le=1)]
    model_version: str


def open_answerer(models: Path) -> Answerer:
    """What answers, in a worker, from the folder of models."""
    model = open_model(models)

    def answer(asked: FlightQuestion) -> dict[str, object]:
        return model.answer([asked.request()])[0]

    return answer


SERVICE = Service(NAME, FlightQuestion, Answer, open_answerer, EXAMPLE)


def find_queue() -> str:
    """The queue's line of configuration: ``QUEUE``, by default a file in the folder ``STATE``."""
    return os.environ.get("QUEUE") or f"sqlite:{os.environ.get('STATE', '.')}/queue.db"
