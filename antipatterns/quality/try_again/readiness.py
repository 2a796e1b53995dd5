"""Nobody is turned away, and what fails is tried again.

Before the release eight callers went at it for as long as a coffee lasts, each asking again as soon as there was an
answer: nobody waited for a second. In the first week the network dropped a connection now and then, and callers saw
errors that a second try would have spared them. So there are three tries, with pauses that grow and are drawn by
chance, as guides say. To turn people away was talked about, and seemed worse than to let them wait a little.
"""

from collections.abc import Sequence

from problem.rush import PATIENCE, Guards, Seen, Trial

CALLERS, TRIES = 8, 3
LIMIT = 0.8 * PATIENCE
"""Seconds: what is left of a caller's patience is for the front."""


def plan_trials(usual: float, rush: float) -> Sequence[Trial]:
    """See ``problem.rush``."""
    return (Trial(callers=CALLERS),)


def choose_guards(seen: Sequence[Seen]) -> Guards:
    """See ``problem.rush``: the trial went well, and nobody asked it for a number."""
    return Guards(limit=LIMIT, tries=TRIES)
