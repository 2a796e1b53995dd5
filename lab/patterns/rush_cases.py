"""What is tried: kinds of trouble and how strong they are, and arms, each with its guards."""

from collections.abc import Mapping
from typing import NamedTuple

from lab.patterns.troubled_model import Trouble
from problem.rush import Guards

RUSH, SLOW, FLAKY = "rush", "slow", "flaky"
WAIT = 0.1
"""Seconds that the model takes for a question."""
CAPACITY = 1 / WAIT
USUAL = CAPACITY / 2
"""Questions a second when all is well."""
EXHIBIT, TESTED, BREAKS = "try_again", "load_test", "circuit_breaker"
NOTHING, TIMEOUT, RETRIES, SHEDDING, BREAKER, BOTH = "nothing", "timeout", "retries", "shedding", "breaker", "both"
TABLED, SPARE = "shedding, table", "instead alone"
"""A bound, and the table for whoever is not let in; and only what answers in the model's place, which is reckoned."""
PAIRS = (
    *((BOTH, rival) for rival in (NOTHING, TIMEOUT, RETRIES, SHEDDING, TABLED, BREAKER)),
    (SHEDDING, RETRIES),
    (BREAKER, RETRIES),
    (SHEDDING, BREAKER),
    (BREAKER, TABLED),
)
"""What is compared: the second is the rival."""
INSTEAD_PAIRS = (
    *((own, rival) for rival in (SHEDDING, TABLED) for own in (BREAKER, BOTH)),
    (TABLED, SPARE),
    (BOTH, SPARE),
)
"""The same, where another answers in the table's place."""


class Case(NamedTuple):
    """A ``kind`` of trouble and how strong it is: times capacity, times as slow, share of calls that fail."""

    kind: str
    strength: float

    @property
    def more(self) -> float:
        """Questions a second beside the usual ones."""
        return max(0.0, self.strength * CAPACITY - USUAL) if self.kind == RUSH else 0.0

    @property
    def trouble(self) -> Trouble:
        """The model's part in it."""
        slower = self.strength if self.kind == SLOW else 1.0
        return Trouble(WAIT * slower, self.strength if self.kind == FLAKY else 0.0)


class Phases(NamedTuple):
    """Seconds before the trouble, of it, and after it."""

    calm: float
    trouble: float
    after: float


def name_arms(chosen: Mapping[str, Guards]) -> dict[str, Guards]:
    """All guarded arms, of which three are sides."""
    exhibit, tested, breaks = (chosen[name] for name in (EXHIBIT, TESTED, BREAKS))
    return {
        TIMEOUT: Guards(limit=exhibit.limit),
        RETRIES: exhibit,
        SHEDDING: tested,
        TABLED: tested._replace(table=True),
        BREAKER: breaks,
        BOTH: breaks._replace(at_once=tested.at_once),
    }
