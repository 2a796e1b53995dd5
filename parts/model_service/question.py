"""What a caller sends, and how a service says why it does not answer."""

import re
from datetime import UTC
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from problem.monday import CATEGORIES, KNOWN, Request

INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
LARGEST_ID = 2**53
"""Beyond it, JSON numbers are not exact everywhere."""


def check_instant(value: object) -> object:
    """Only text as RFC 3339 has it; raises ``ValueError``."""
    if not isinstance(value, str) or not INSTANT.fullmatch(value):
        raise ValueError("an instant is text like 2013-10-01T08:00:00+00:00")
    return value


Instant = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(check_instant)]
Carrier, Origin, Dest = (Literal[KNOWN[name]] for name in CATEGORIES)


class Question(BaseModel):
    """The body of a request: nothing is guessed, and nothing may be in it that the service does not know."""

    model_config = ConfigDict(strict=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def make_integer(cls, value: Any) -> Any:
        """To JSON Schema, 529.0 is an integer too."""
        return int(value) if isinstance(value, float) and value.is_integer() else value


class FlightQuestion(Question):
    """A question about one flight, asked at ``asked_at``. ``distance`` in miles."""

    flight_id: Annotated[int, Field(ge=0, le=LARGEST_ID)]
    asked_at: Instant
    scheduled_at: Instant
    carrier: Carrier  # type: ignore[valid-type]
    origin: Origin  # type: ignore[valid-type]
    dest: Dest  # type: ignore[valid-type]
    tailnum: Annotated[str, Field(pattern="^[0-9A-Z]{2,8}$")] | None = None
    distance: Annotated[int, Field(ge=1, le=20_000)]

    def request(self) -> Request:
        """The same as a model has it."""
        named = {f"{name}={getattr(self, name)}": 1.0 for name in CATEGORIES}
        return named | {"distance": self.distance / 1000, "hour": float(self.scheduled_at.astimezone(UTC).hour)}


class Fault(BaseModel):
    """One thing that is wrong with a request: where, and why."""

    where: str
    why: str


class Problem(BaseModel):
    """Why there is no answer (RFC 9457, ``application/problem+json``)."""

    title: str
    status: int
    detail: str
    faults: list[Fault] = []


class State(BaseModel):
    """How the service is."""

    status: str
    system: str
