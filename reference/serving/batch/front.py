"""The web side: it looks up what was prepared, says when that was, and knows no model."""

import os
import sys
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from parts.deployed_service.example_request import EXAMPLE
from parts.model_service.described_service import Answerer, Service
from parts.model_service.question import FlightQuestion
from parts.model_service.refusals import Refused
from parts.model_service.shell import serve
from problem.ask_or_queue import NAME
from reference.serving.batch.prepared import PreparedAnswers


class Answer(BaseModel):
    """``prediction``: the probability that the flight is late; ``made_at``: when it was prepared, in Unix time."""

    prediction: Annotated[float, Field(ge=0, le=1)]
    model_version: str
    made_at: float


def open_answerer(models: Path) -> Answerer:
    """What answers: the table in ``STATE``; raises ``NothingPrepared``."""
    prepared = PreparedAnswers(Path(os.environ["STATE"]))

    def answer(asked: FlightQuestion) -> dict[str, object]:
        found = prepared.find(asked.flight_id)
        if found is None:
            raise Refused(f"nothing is prepared about flight {asked.flight_id}: it was not on the job's list")
        return found._asdict()

    return answer


SERVICE = Service(NAME, FlightQuestion, Answer, open_answerer, EXAMPLE)

if __name__ == "__main__":
    sys.exit(serve(SERVICE))
