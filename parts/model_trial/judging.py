"""What a stage comes to, from what was seen: shown to be better, shown to be worse, or neither."""

from parts.sequential_test.sequential_test import Interval, look_any_time, look_once
from problem.which_is_better import Decision, Seen, Verdict

MOST_MISSING = 0.5
"""A candidate that answers less than half of the questions in time has shown nothing but that."""


def judge_once(seen: Seen, days: int, if_unknown: Decision) -> Verdict:
    """Look at paired days once, when there are so many; before that it goes on.

    ``if_unknown``: what becomes of a candidate that is neither better nor worse.
    """
    found = look_once(seen.total, seen.squares, int(seen.units))
    if seen.days < days:
        return Verdict(Decision.GO_ON, f"day {seen.days} of {days}, {_tell_missing(seen)}", found.value)
    if seen.missing > MOST_MISSING:
        return Verdict(Decision.REFUSE, f"after {days} days: {_tell_missing(seen)}", found.value, shown=True)
    return _judge(found, f"after {days} days", if_unknown)


def judge_any_time(seen: Seen, most_days: int, tightest_at: float, if_unknown: Decision) -> Verdict:
    """Look at units that went to one arm, every day, and stop as soon as something is shown, at the latest then.

    ``tightest_at``: see ``look_any_time``.
    """
    found = look_any_time(seen.total, seen.squares, seen.flights, tightest_at)
    if seen.days < most_days and not _shows_anything(found):
        return Verdict(Decision.GO_ON, f"day {seen.days} of {most_days}: {found} blocks a flight", found.value)
    return _judge(found, f"after {seen.days} days", if_unknown)


def _judge(found: Interval, when: str, if_unknown: Decision) -> Verdict:
    told = f"{when}: {found} blocks a flight"
    if not _shows_anything(found):
        return Verdict(if_unknown, f"{told}, nothing shown", found.value)
    decision = Decision.PASS if found.high < 0 else Decision.REFUSE
    return Verdict(decision, told, found.value, shown=True)


def _shows_anything(found: Interval) -> bool:
    """Whether all of it lies on one side of 0; one that is no number shows nothing."""
    return found.high < 0 or found.low > 0


def _tell_missing(seen: Seen) -> str:
    return f"the candidate answered {1 - seen.missing:.0%} of {seen.flights:.0f} questions in time"
