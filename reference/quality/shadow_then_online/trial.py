"""A week in the shadow throws out what is broken; what is left is tried on half of the aircraft.

Both models go on being asked, so it is known on which aircraft-days they would decide differently. Only these are
compared: less noise, at the price of a second answer, and without what a higher risk takes from others where seats are
short.
"""

from parts.model_trial.judging import judge_any_time, judge_once
from parts.model_trial.model_trial import ModelTrial, Stage
from problem.which_is_better import Decision, Seen, Verdict

SHADOW_DAYS, ONLINE_DAYS = 7, 28
TIGHTEST_AT = 5_000.0
"""Squares of blocks that a week brings: one aircraft-day in five has decisions that differ."""


def throw_out(seen: Seen) -> Verdict:
    """Refused if it is shown to be worse after a week, or was not there."""
    return judge_once(seen, SHADOW_DAYS, if_unknown=Decision.PASS)


def judge(seen: Seen) -> Verdict:
    """Released if it is shown to be better within four weeks."""
    return judge_any_time(seen, ONLINE_DAYS, TIGHTEST_AT, if_unknown=Decision.REFUSE)


class Trial(ModelTrial):
    """See ``problem.which_is_better``."""

    stages = (
        Stage("shadow", throw_out, coin=False, beside=True),
        Stage("online", judge, coin=True, beside=True),
    )
