"""What the shell asks of a system that it puts on the network."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from parts.model_export.graph_scoring import Score
from problem.contract import Request, Vector


class NotAnswered(Exception):
    """The service is alive and cannot answer now; its text says why, for the caller."""


class StoreSilent(NotAnswered):
    """The stored features cannot be had: missing, locked, or too slow."""


@dataclass(frozen=True)
class Champion:
    """The pair of models that answers, each with its version (``name/number``)."""

    late: Score
    late_version: str
    delay: Score
    delay_version: str

    @property
    def versions(self) -> str:
        """Both versions as one text."""
        return f"{self.late_version} {self.delay_version}"


@dataclass(frozen=True)
class Look:
    """What was looked up for a request: the vector, the seconds that fetching stored features took, and, where they
    could not be had, why (then they are null)."""

    vector: Vector
    fetched: float
    degraded: str = ""


class Predictor(Protocol):
    """A system at work. Not used by two threads at once, apart from what it starts itself."""

    system: str

    def start(self) -> None:
        """Begin to follow what changes outside: models, features."""

    def close(self) -> None:
        """Stop what ``start`` began."""

    def newest(self) -> datetime:
        """The instant up to which stored features know the world; raises ``NotAnswered`` if they know nothing yet."""

    def look_up(self, request: Request) -> Look:
        """The vector for one request; raises ``StoreSilent`` where an answer from nulls is not allowed."""

    def champion(self) -> Champion:
        """The models that answer now; raises ``NotAnswered`` if there are none."""
