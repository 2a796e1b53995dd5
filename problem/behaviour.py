"""What a service answers otherwise than its model says: rules around a model, and the door of whatever keeps them.

All sides have the same rules and the same service. What differs is where rules stand, and what it takes to change them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from problem.too_big import Row

MODEL, TABLE = "model", "table"
"""Who answers: the model, or a table of rates by hour that needs no feature but that."""


class Treatment(NamedTuple):
    """What is done with a question. ``by``: who answers; ``without``: features that are null to the model; ``odds``:
    what the odds of the answer are multiplied by."""

    by: str = MODEL
    without: tuple[str, ...] = ()
    odds: float = 1.0


AS_IT_IS = Treatment()


class Rule(NamedTuple):
    """``when``: by feature, the values that it may have; nothing for every question."""

    name: str
    when: Mapping[str, Sequence[str | float]]
    then: Treatment

    def matches(self, row: Mapping[str, Any]) -> bool:
        """Whether a question is one of those."""
        return all(row[feature] in values for feature, values in self.when.items())


def find_first(rules: Sequence[Rule], row: Mapping[str, Any]) -> Rule | None:
    """The first rule that matches a question; None for none."""
    return next((rule for rule in rules if rule.matches(row)), None)


class State(NamedTuple):
    """What a process knows of its rules. ``version``: the higher, the later; 0 for none. ``age``: seconds since it was
    told last that they hold, None where nobody tells it. ``trouble``: why it was not told, or would not listen."""

    version: int
    age: float | None = None
    trouble: str = ""


class Behaviour(Protocol):
    """The door of every side. It is made from what the environment says, before the service starts."""

    def start(self) -> None:
        """Begin to follow what changes outside."""

    def close(self) -> None:
        """Stop what ``start`` began."""

    def find_rule(self, row: Row) -> Rule | None:
        """The rule for a question; None where the model answers as it is."""

    def tell(self) -> State:
        """Which rules are in force here."""
