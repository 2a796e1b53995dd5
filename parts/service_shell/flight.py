"""The service's language: what a request and an answer hold."""

from functools import cache, partial
from typing import Annotated, Any

import pandas as pd
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, WithJsonSchema

from parts.model_service.question import LARGEST_ID, Instant, Question
from problem.contract import CATEGORIES, Request
from problem.facts import load_facts
from problem.questions import NOTICE, questions

INSTANTS = ("asked_at", "scheduled_at")


@cache
def list_known(name: str) -> list[str]:
    """The values of a category (``CATEGORIES``) that occur in the network, sorted."""
    return sorted(load_facts().flights[name].unique())


def _check_category(name: str, value: str) -> str:
    if value not in list_known(name):
        raise ValueError(f"no {name} of this network")
    return value


def _make_category(name: str) -> Any:
    schema = {"type": "string", "enum": list_known(name)}
    return Annotated[str, AfterValidator(partial(_check_category, name)), WithJsonSchema(schema)]


Carrier, Origin, Dest = (_make_category(name) for name in CATEGORIES)


class Flight(Question):
    """One question: will this flight be late, asked at ``asked_at``? ``distance`` in miles."""

    flight_id: Annotated[int, Field(ge=0, le=LARGEST_ID)]
    asked_at: Instant
    scheduled_at: Instant
    carrier: Carrier  # type: ignore[valid-type]
    origin: Origin  # type: ignore[valid-type]
    dest: Dest  # type: ignore[valid-type]
    tailnum: Annotated[str, Field(pattern="^[0-9A-Z]{2,8}$")] | None = None
    distance: Annotated[int, Field(ge=1, le=20_000)]

    def request(self) -> Request:
        """The same as the systems' contract has it, instants in UTC."""
        instants = {name: pd.Timestamp(getattr(self, name)).tz_convert("UTC") for name in INSTANTS}
        return Request(mode="real_time", **self.model_dump() | instants)


def make_bodies(asked: pd.DataFrame) -> list[dict[str, Any]]:
    """Questions (the fields of ``Request``) as bodies of ``POST /predict``."""
    text = {name: asked[name].map(pd.Timestamp.isoformat) for name in INSTANTS}
    tailnum = asked["tailnum"].astype(object).where(asked["tailnum"].notna(), None)
    return asked[list(Flight.model_fields)].assign(**text, tailnum=tailnum).to_dict("records")


def make_example(at: pd.Timestamp) -> dict[str, Any]:
    """A body that the service answers: the first flight that can be asked about at an instant.

    That is the next flight to leave after ``at`` by at least an hour, asked about an hour before, or at ``at``.
    """
    asked = questions(load_facts(), "real_time")
    return make_bodies(asked[asked["scheduled_at"] >= at + NOTICE].head(1))[0]


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


class State(BaseModel):
    """How the service is: the system, its models' versions, and up to when its stored features know the world."""

    status: str
    system: str
    champion: str | None = None
    newest: AwareDatetime | None = None
