"""A model that does not answer is left alone for a while, and a table answers meanwhile.

Five failures in a row are no bad luck. To ask on would keep callers waiting for nothing and keep the model from coming
round; a cheap answer at once is worth more than a good one too late. When the rest is over, questions go through again,
and the first that fails begins the next rest.
"""

from collections.abc import Sequence

from problem.rush import PATIENCE, Guards, Seen, Trial

LIMIT = 0.8 * PATIENCE
"""Seconds: what is left of a caller's patience is for the front, and for the table."""
FAILURES, REST = 5, 2.0


def plan_trials(usual: float, rush: float) -> Sequence[Trial]:
    """See ``problem.rush``: whatever the model can do, a breaker only asks whether it does it now."""
    return ()


def choose_guards(seen: Sequence[Seen]) -> Guards:
    """See ``problem.rush``."""
    return Guards(limit=LIMIT, failures=FAILURES, rest=REST, table=True)
