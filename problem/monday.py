"""A new service on Monday: ten models that are to answer over HTTP, and the door of a team that writes their services.

The models are small on purpose, sums over what a question holds: what is looked at is the service around them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

CATEGORIES = ("carrier", "origin", "dest")
KNOWN = {
    "carrier": ("9E", "AA", "AS", "B6", "DL", "EV", "F9", "FL", "HA", "MQ", "OO", "UA", "US", "VX", "WN", "YV"),
    "origin": ("EWR", "JFK", "LGA"),
    "dest": ("ATL", "BOS", "DCA", "FLL", "IAH", "LAX", "MCO", "MIA", "ORD", "SFO"),
}
"""By category, the values that a service knows; of destinations, the ten most flown to."""


Request = Mapping[str, float]
"""A question as a model has it: numbers by name; a category's value is a name of its own, as in ``carrier=UA``."""


class NoModel(LookupError):
    """The model's file is missing or damaged: the message says which and what to do."""


@dataclass(frozen=True)
class Model:
    """``weights`` by name; what a question does not hold counts nothing."""

    version: str
    base: float
    weights: Mapping[str, float]

    def score(self, values: Request) -> float:
        """The sum over all values, each with its weight."""
        return self.base + sum(self.weights.get(name, 0.0) * value for name, value in values.items())


def read_model(models: Path, name: str) -> Model:
    """The model of that name in a folder; raises ``NoModel``."""
    try:
        return Model(**json.loads((models / f"{name}.json").read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise NoModel(f"{models / name}.json cannot be read: publish the model first") from error


class Team(Protocol):
    """The door of a team: the services of a site, each in a folder of its own, started there by ``python -m service``.

    The place tells a service where to listen (``HOST``, ``PORT``) and where models are (``MODELS``).
    """

    def write_service(self, name: str, site: Path) -> Path:
        """Put the service of a model below ``site`` and return its folder.

        Raises ``KeyError`` for a model that it knows nothing of, ``FileExistsError`` for a service that is there.
        """

    def count_written(self, name: str) -> int:
        """How many lines of it somebody typed: code that is neither copied nor generated."""

    def count_shared(self) -> int:
        """How many lines somebody typed that all services share, once: a library, a generator."""

    def list_shared(self) -> list[Path]:
        """Where these lines stand."""
