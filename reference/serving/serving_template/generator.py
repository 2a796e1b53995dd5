"""The generator: the file that a new service begins with, for a model that answers about one flight."""

SERVICE = '''"""{about}"""

import math
import sys
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from parts.model_service.described_service import Answerer, Service
from parts.model_service.question import FlightQuestion
from parts.model_service.shell import serve
from problem.monday import read_model


class Asked(FlightQuestion):
    """What a caller sends; ``Question`` in place of ``FlightQuestion`` for anything else."""


class Answer(BaseModel):
    """``prediction``: a probability."""

    prediction: Annotated[float, Field(ge=0, le=1)]
    model_version: str


def open_model(models: Path) -> Answerer:
    """What answers, from the folder of models."""
    model = read_model(models, "{name}")

    def answer(asked: Asked) -> dict[str, object]:
        prediction = 1 / (1 + math.exp(-model.score(asked.request())))
        return {{"prediction": prediction, "model_version": model.version}}

    return answer


EXAMPLE = {{
    "flight_id": 1,
    "asked_at": "2013-10-01T08:00:00+00:00",
    "scheduled_at": "2013-10-01T09:00:00+00:00",
    "carrier": "UA",
    "origin": "EWR",
    "dest": "IAH",
    "tailnum": "N14228",
    "distance": 1400,
}}
SERVICE = Service("{name}", Asked, Answer, open_model, EXAMPLE)

if __name__ == "__main__":
    sys.exit(serve(SERVICE))
'''


def generate_service(name: str, about: str) -> str:
    """The text of ``service.py``. Raises ``ValueError`` for a name that cannot be one."""
    if not name.isidentifier():
        raise ValueError(f"{name!r} is no name of a service: letters, digits and _ only")
    return SERVICE.format(name=name, about=about.replace('"""', "'''"))
