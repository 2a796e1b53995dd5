"""What is particular to the service, whichever form it has: what is asked and told, and the model behind it."""

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
    """What answers, from the folder of models; raises ``NoModel``."""
    model = open_model(models)

    def answer(asked: FlightQuestion) -> dict[str, object]:
        return model.answer([asked.request()])[0]

    return answer


LATE = Service(NAME, FlightQuestion, Answer, open_answerer, EXAMPLE)
