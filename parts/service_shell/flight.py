"""The service's language: what a request holds, what an answer holds, and how a refusal says why."""

import re
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any

import pandas as pd
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from problem.contract import CATEGORIES, Request
from problem.facts import load_facts

INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
LARGEST_ID = 2**53
"""Beyond it, JSON numbers are not exact everywhere."""


@cache
def list_known(name: str) -> list[str]:
    """The values of a category (``CATEGORIES``) that occur in the network, sorted."""
    return sorted(load_facts().flights[name].unique())


def _make_check(name: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in list_known(name):
            raise ValueError(f"no {name} of this network")
        return value

    return check


def _make_category(name: str) -> Any:
    return Annotated[
        str, AfterValidator(_make_check(name)), WithJsonSchema({"type": "string", "enum": list_known(name)})
    ]


def _check_rfc_3339(value: object) -> object:
    """Only what the document promises: neither numbers nor text that a lenient parser makes an instant of."""
    if not isinstance(value, str) or not INSTANT.fullmatch(value):
        raise ValueError("an instant is text like 2013-10-01T08:00:00+00:00")
    return value


def _make_integer(value: object) -> object:
    """To JSON Schema, 529.0 is an integer too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Instant = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_check_rfc_3339)]
Carrier, Origin, Dest = (_make_category(name) for name in CATEGORIES)


class Flight(BaseModel):
    """One question: will this flight be late, asked at ``asked_at``? ``distance`` in miles."""

    model_config = ConfigDict(strict=True, extra="forbid")
    flight_id: Annotated[int, Field(ge=0, le=LARGEST_ID), BeforeValidator(_make_integer)]
    asked_at: Instant
    scheduled_at: Instant
    carrier: Carrier  # type: ignore[valid-type]
    origin: Origin  # type: ignore[valid-type]
    dest: Dest  # type: ignore[valid-type]
    tailnum: Annotated[str, Field(pattern="^[0-9A-Z]{2,8}$")] | None = None
    distance: Annotated[int, Field(ge=1, le=20_000), BeforeValidator(_make_integer)]

    def request(self) -> Request:
        """The same as the systems' contract has it, instants in UTC."""
        given = self.model_dump() | {
            name: pd.Timestamp(getattr(self, name)).tz_convert("UTC") for name in ("asked_at", "scheduled_at")
        }
        return Request(mode="real_time", **given)


class Answer(BaseModel):
    """The answer, and all that it was made from.

    ``prediction``: probability of being 15 minutes late or more, or not arriving; ``prediction_delay``: minutes of
    delay at departure; ``ages``: minutes since the refresh that made each stored feature; ``degraded``: why stored
    features are null that the store may hold.
    """

    flight_id: int
    asked_at: AwareDatetime
    prediction: Annotated[float, Field(ge=0, le=1)]
    model_version: str
    prediction_delay: float
    model_version_delay: str
    features: dict[str, float | int | str | None]
    ages: dict[str, float | None]
    degraded: str | None


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
    """How the service is: the system, its models' versions, and up to when its stored features know the world."""

    status: str
    system: str
    champion: str | None = None
    newest: AwareDatetime | None = None
