"""The test month: what two models say of flights of which all is known, paired by day."""

import numpy as np

from parts.sequential_test.sequential_test import look_once
from problem.which_is_better import Decision, Flags, Floats, Past, Seen, Verdict


def see_past(past: Past) -> Seen:
    """Candidate less champion by day, in nats a flight."""
    lost = _lose(past.late, past.candidate) - _lose(past.late, past.champion)
    _, place = np.unique(past.day, return_inverse=True)
    days = np.bincount(place, weights=lost) / np.bincount(place)
    return Seen(len(days), len(days), float(days.sum()), float((days**2).sum()), len(lost))


def judge_past(seen: Seen) -> Verdict:
    """Whether the candidate wins: less log loss, with an interval over days that leaves 0 out.

    One that says no number somewhere has no loss, and does not win.
    """
    found = look_once(seen.total, seen.squares, int(seen.units))
    decision = Decision.PASS if found.high < 0 else Decision.REFUSE
    shown = found.high < 0 or found.low > 0
    return Verdict(decision, f"test month: {found} nats a flight", found.value, shown)


def _lose(late: Flags, risk: Floats) -> Floats:
    step = np.finfo(np.float64).eps
    inside = np.clip(risk, step, 1 - step)
    return -np.where(late, np.log(inside), np.log1p(-inside))
