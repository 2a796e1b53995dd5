"""What a site with several models is asked and answers, and what is handed on where preparation stands apart."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, Field

from parts.model_service.question import Instant, Question

MOST = 16
"""Models that one question may want."""
LARGEST = 16_384
"""Bytes of a question."""
Code = Annotated[str, Field(pattern="^[0-9A-Z]{2,3}$")]
Number = Annotated[float, Field(allow_inf_nan=False)]
Name = Annotated[str, Field(pattern="^[a-z0-9_]{1,40}$")]
Wanted = Annotated[list[Name], Field(min_length=1, max_length=MOST)]
Enough = Annotated[float, Field(ge=0.5, le=1)] | None


class SeveralAsked(Question):
    """A question about one flight. ``distance`` in miles; ``stored``: what the feature store has, a name left out is
    null.

    ``models``: which are wanted, in order. ``enough``: from which probability on, of either outcome, the others need
    not be asked; null: ask all.
    """

    asked_at: Instant
    scheduled_at: Instant
    carrier: Code
    origin: Code
    dest: Code
    distance: Annotated[int, Field(ge=1, le=20_000)]
    stored: dict[Name, Number | None]
    models: Wanted
    enough: Enough = None


class RowAsked(Question):
    """A question that was prepared elsewhere. ``preparation``: the version of what made the row; null for NaN."""

    preparation: str
    row: list[Number | None]
    models: Wanted
    enough: Enough = None


class SeveralAnswered(BaseModel):
    """``prediction``: by model, the probability that the flight is late. ``missing``: by wanted model without one,
    why."""

    prediction: dict[str, Annotated[float, Field(ge=0, le=1)]]
    missing: dict[str, str]
    model_version: str


EXAMPLE: Mapping[str, Any] = {
    "asked_at": "2013-10-01T12:00:00+00:00",
    "scheduled_at": "2013-10-01T13:00:00+00:00",
    "carrier": "UA",
    "origin": "EWR",
    "dest": "IAH",
    "distance": 1400,
    "stored": {"origin_dep_delay_2h": 4.5, "wind_speed": 12.0, "aircraft_seats": None},
    "models": ["late"],
}
