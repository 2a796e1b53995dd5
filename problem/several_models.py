"""A site that answers about one flight with several models, and the door of every way to part it among processes.

Callers know one address. They say which models they want, in order, and how sure the first has to be to be enough. What
differs is which process holds what: the preparation of a question, and the models.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

DOOR = "door"
"""The name of the part that callers ask."""
Row = Sequence[float]
"""A question as a model has it: the codes of ``CATEGORIES``, then all other ``FEATURES``; NaN for null."""
Score = Callable[[Row], float]
"""From a row to the probability that the flight is late."""


class Part(NamedTuple):
    """One process of a site, started by ``python -m`` its ``module``.

    ``serves``: the models that it opens. ``asks``: the names of the parts that it has to know the address of. It is
    told both in the environment, beside where to listen (``HOST``, ``PORT``) and where models are (``MODELS``).
    """

    name: str
    module: str
    serves: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()


class Site(Protocol):
    """The door of a side's module ``site``."""

    def plan_site(self, models: Sequence[str]) -> tuple[Part, ...]:
        """The processes that answer with these models, the door last. Raises ``ValueError`` for no models."""


def demand_models(models: Sequence[str]) -> tuple[str, ...]:
    """The models, each once; raises ``ValueError`` for none, and for one that is called like the door."""
    if not models:
        raise ValueError("a site without models answers nothing: name at least one")
    if DOOR in models:
        raise ValueError(f"no model can be called {DOOR!r}: it is what callers ask")
    return tuple(dict.fromkeys(models))
