"""The candidate is asked beside the champion for two weeks; callers hear the champion alone.

Both decide on the same flights, so their difference is told by few days, and a candidate that is slow, broken or down
harms nobody. What would have come of a flight on which the champion acted, nobody sees.
"""

from parts.model_trial.judging import judge_once
from parts.model_trial.model_trial import ModelTrial, Stage
from problem.which_is_better import Decision, Seen, Verdict

DAYS = 14


def judge(seen: Seen) -> Verdict:
    """Released if it is shown to be better after two weeks."""
    return judge_once(seen, DAYS, if_unknown=Decision.REFUSE)


class Trial(ModelTrial):
    """See ``problem.which_is_better``."""

    stages = (Stage("shadow", judge, coin=False, beside=True),)
