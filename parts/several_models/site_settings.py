"""What a part of a site is told in its environment beside what every service is told."""

import json
import os
from collections.abc import Mapping, Sequence

from parts.several_models.neighbour import Neighbour

SERVES, ASKS, LIMIT = "SERVES", "ASKS", "LIMIT"
USUAL_LIMIT = 0.25
"""Seconds that another part may take to answer, unless ``LIMIT`` says otherwise."""


class NotSet(LookupError):
    """A setting is missing; the message says which."""


def tell_part(serves: Sequence[str], asks: Mapping[str, str]) -> dict[str, str]:
    """The environment of a part. ``asks``: by name of another part, its URL."""
    return {SERVES: ",".join(serves), ASKS: json.dumps(dict(asks))}


def read_serves() -> list[str]:
    """The models to open; raises ``NotSet``."""
    return [name for name in _read(SERVES).split(",") if name]


def open_neighbours() -> dict[str, Neighbour]:
    """The parts to ask, by name; raises ``NotSet``."""
    seconds = float(os.environ.get(LIMIT, USUAL_LIMIT))
    return {name: Neighbour(name, url, seconds) for name, url in json.loads(_read(ASKS)).items()}


def _read(name: str) -> str:
    if name not in os.environ:
        raise NotSet(f"set {name} in the environment")
    return os.environ[name]
