"""What a caller sends who knows the features of a flight, and what comes back."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, FiniteFloat, create_model

from parts.model_service.question import LARGEST_ID, Question
from problem.contract import CATEGORIES, FEATURES
from problem.too_big import NUMBERS, Row

FIELDS: dict[str, Any] = {
    "flight_id": (Annotated[int, Field(ge=0, le=LARGEST_ID)], ...),
    **dict.fromkeys(CATEGORIES, (Annotated[str, Field(pattern="^[0-9A-Z]{2,3}$")], ...)),
    **dict.fromkeys(NUMBERS, (FiniteFloat | None, ...)),
}
VectorQuestion = create_model("VectorQuestion", __base__=Question, **FIELDS)
"""A flight and its ``FEATURES``; a number that is not known is null."""


def read_row(asked: Any) -> Row:
    """The features of a question."""
    return {name: getattr(asked, name) for name in FEATURES}


class StagedAnswer(BaseModel):
    """``prediction``: a probability. ``answer_id``: where the final one can be fetched; null if none will come."""

    prediction: Annotated[float, Field(ge=0, le=1)]
    model_version: str
    final: bool
    answer_id: str | None


KNOWN = {"distance": 1400, "local_hour": 9, "weekday": 1, "minutes_to_departure": 60, "temp": 61.5, "pressure": None}
EXAMPLE: dict[str, Any] = (
    {"flight_id": 1, "carrier": "UA", "origin": "EWR", "dest": "IAH"} | dict.fromkeys(NUMBERS, 1.5) | KNOWN
)
