"""Questions come when they come, up to the rush that is expected; what the model did then sets how many are let in.

At a rate that it cannot hold a service shows what it can do. So many questions a second, times the seconds for which an
answer is of use, is how many may be in hand (Little 1961); three fifths of these, as the front and a slow moment want
their part. One more would wait in vain, and is told so at once.
"""

from collections.abc import Sequence

from problem.rush import PATIENCE, Guards, Seen, Trial

STEPS = 3
SHARE = 0.6


def plan_trials(usual: float, rush: float) -> Sequence[Trial]:
    """See ``problem.rush``: rates from the usual one to the rush, each the same multiple of the one before."""
    grow = (rush / usual) ** (1 / (STEPS - 1))
    return [Trial(rate=usual * grow**step) for step in range(STEPS)]


def choose_guards(seen: Sequence[Seen]) -> Guards:
    """See ``problem.rush``: whichever loop it was; raises ``ValueError`` where nothing was answered."""
    capacity = max((each.answered for each in seen), default=0.0)
    if not capacity > 0:
        raise ValueError("no trial had an answer, so nobody knows how many to let in: try it again")
    return Guards(at_once=max(1, int(SHARE * capacity * PATIENCE)))
