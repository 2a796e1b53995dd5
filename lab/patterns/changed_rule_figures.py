"""What a year of rules comes to: how many there are, how many are of no use, and what they are worth."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lab.patterns.changed_rules import CELLS, EVERYTHING, LIFETIMES, NEVER, Kept, Weeks, Written, keep_rules
from lab.patterns.changed_switches import NATS
from lab.patterns.watched_year import Year
from measure.data.comparison import judge_difference
from measure.data.days import Days, estimate
from measure.data.scores import log_losses


def replay_rules(year: Year, lifetimes: Sequence[int] = LIFETIMES) -> list[dict[str, Any]]:
    """A row a lifetime, and one for a single factor that is set anew every Monday: how many rules, how many of no use,
    and nats an answer over no rules."""
    weeks, one = Weeks(year, CELLS), Weeks(year, [EVERYTHING])
    kept = {name_lifetime(each): keep_rules(weeks, each) for each in lifetimes}
    told = [
        {"rules": name, "weeks": each} | judge(weeks, kept[name], each)
        for name, each in zip(kept, lifetimes, strict=True)
    ]
    return [*told, {"rules": "one factor", "weeks": 1} | judge(one, keep_rules(one, 1, off=0.0), 1)]


def name_lifetime(weeks: int) -> str:
    """In words."""
    return "never ends" if weeks == NEVER else f"ends after {weeks}"


def judge(weeks: Weeks, kept: Kept, lifetime: int) -> dict[str, Any]:
    """The figures of one year; shares are of rules written (``replaced``, ``never``), or of those left at the end."""
    days = Days(weeks.rows["day"])
    gone = log_losses(weeks.late, kept.risk) - log_losses(weeks.late, weeks.risk)
    difference = estimate(days.means(gone))
    in_force = max(1, len(kept.rules))
    return {
        "written": len(kept.written),
        "in_force": len(kept.rules),
        "replaced": count_copies(kept.written, lifetime) / max(1, len(kept.written)),
        "never": sum(rule not in kept.fired for rule in kept.written) / max(1, len(kept.written)),
        "shadowed": sum(use.is_shadowed for use in kept.use) / in_force,
        "for_nobody": sum(not use.matched for use in kept.use) / in_force,
        "changed": float(np.mean(kept.risk != weeks.risk)),
        "word": judge_difference(difference, NATS).value,
        **vars(difference),
        "shadows": name_shadows(weeks, kept),
    }


def name_shadows(weeks: Weeks, kept: Kept, most: int = 3) -> list[dict[str, Any]]:
    """The shadowed rules for the most questions, and which rules took these."""
    shadowed = sorted(
        (place for place, use in enumerate(kept.use) if use.is_shadowed), key=lambda p: -kept.use[p].matched
    )
    return [
        {
            "rule": weeks.name(kept.rules[place]).name,
            "matched": kept.use[place].matched,
            "by": [weeks.name(kept.rules[other]).name for other in kept.use[place].taken_by],
        }
        for place in shadowed[:most]
    ]


def count_copies(written: Sequence[Written], lifetime: int) -> int:
    """How many of all that were written took the place of a rule for the same cell that was still in force."""
    last, copies = dict[tuple[tuple[str, ...], int], int](), 0
    for rule in written:
        before = last.get((rule.columns, rule.code))
        copies += before is not None and rule.week - before < lifetime
        last[rule.columns, rule.code] = rule.week
    return copies
