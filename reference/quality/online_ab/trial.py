"""Half of the aircraft-days get the candidate's answers; whichever arm costs more is ended as soon as that is shown.

A late flight makes its aircraft's next one late, so a day of an aircraft goes to one arm as a whole. What is compared
is the money that came of answers, in service, with all that hangs on them. The price: half of the callers meet whatever
is wrong with the candidate until it shows.
"""

from parts.model_trial.judging import judge_any_time
from parts.model_trial.model_trial import ModelTrial, Stage
from problem.which_is_better import Decision, Seen, Verdict

DAYS = 28
TIGHTEST_AT = 25_000.0
"""Squares of blocks that a week brings: 600 aircraft-days, each with twice what it cost beside what was expected."""


def judge(seen: Seen) -> Verdict:
    """Released if it is shown to be better within four weeks."""
    return judge_any_time(seen, DAYS, TIGHTEST_AT, if_unknown=Decision.REFUSE)


class Trial(ModelTrial):
    """See ``problem.which_is_better``."""

    stages = (Stage("online", judge, coin=True, beside=False),)
