"""Ready for the rush? How a service is tried before it is let out, and what stands between its callers and its model.

A front takes questions from callers, to whom an answer is of use for ``PATIENCE`` seconds, and asks a model, which is
another process. All sides get the same front and model. What differs is how they are tried, and how the front is
guarded on what was seen then.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

PATIENCE = 1.0
"""Seconds for which an answer is of use to whoever asked."""
FOR_EVER = 60.0
"""Seconds that a front waits which has no limit."""
EVERYBODY = 1_000_000
"""Questions that are let in where nobody is turned away."""


class Trial(NamedTuple):
    """One run against a service with no guards. ``rate``: questions a second, sent when due (an open loop).

    With ``callers``, each of whom waits for an answer before the next question (a closed loop), so many are asked at
    most; as many as the service lets them, if the rate is 0.
    """

    rate: float = 0.0
    callers: int = 0


class Seen(NamedTuple):
    """What came of a trial: ``answered`` a second while it lasted, and the share ``good``, within ``PATIENCE``."""

    trial: Trial
    answered: float
    good: float


class Guards(NamedTuple):
    """What stands between callers and the model; by default nothing.

    ``at_once``: questions that are let in together, further ones are not; 0: all are. ``limit``: seconds that one try
    waits for the model. ``tries``: how often a question is put to it. ``failures``: in a row, after which the model is
    left alone for ``rest`` seconds; 0: never. ``table``: whether a table of rates answers where the model does not.
    """

    at_once: int = 0
    limit: float = FOR_EVER
    tries: int = 1
    failures: int = 0
    rest: float = 0.0
    table: bool = False


class Readiness(Protocol):
    """The door of a side's module ``readiness``."""

    def plan_trials(self, usual: float, rush: float) -> Sequence[Trial]:
        """How the service is tried before it is let out. ``usual``, ``rush``: questions a second, by those who know."""

    def choose_guards(self, seen: Sequence[Seen]) -> Guards:
        """The guards, by what was seen. Raises ``ValueError`` where nothing was seen that could tell."""
