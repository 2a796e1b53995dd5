"""What the answers to the eight questions come to: which systems a sentence names."""

from collections.abc import Mapping
from math import isfinite

from lab.study.scorecard_rows import Row

OwnRows = Mapping[str, list[Row]]
"""By system, the rows that its cell is made of."""
Says = dict[str, list[str]]
"""By kind of sentence (see ``eight_questions.toml``) the systems that it names."""


def _name_most(own: OwnRows, number: int | None = None) -> list[str]:
    """The system with the most of a figure, and all whose intervals meet its own; see ``_pick_rows``."""
    rows = _pick_rows(own, number)
    best = max(rows.values(), key=lambda row: row.value or 0.0)
    return [name for name, row in rows.items() if row.interval[1] >= best.interval[0]]


def _name_least(own: OwnRows, number: int | None = None) -> list[str]:
    """The system with the least of a figure, and all whose intervals meet its own; see ``_pick_rows``."""
    rows = _pick_rows(own, number)
    least = min(rows.values(), key=lambda row: row.value or 0.0)
    return [name for name, row in rows.items() if row.interval[0] <= least.interval[1]]


def _pick_rows(own: OwnRows, number: int | None) -> dict[str, Row]:
    """One row a system: that of the number, or the lowest of its kinds of question."""
    return {
        name: min(rows, key=lambda row: row.value or 0.0) if number is None else rows[number]
        for name, rows in own.items()
    }


def judge_shares(own: OwnRows) -> Says:
    """Where both sides follow most and least often."""
    return {"most": _name_most(own), "least": _name_least(own)}


def judge_equal(own: OwnRows) -> Says:
    """Who trains on exactly what it serves, and who is furthest from it."""
    complete = [name for name, of in own.items() if all(row.value == 1 for row in of)]
    return {"all": complete, "least": [name for name in _name_least(own) if name not in complete]}


def judge_losses(own: OwnRows) -> Says:
    """Who is better than the table of rates over the whole interval, who is worse, and who is neither."""
    over = {name: of[1].interval for name, of in own.items() if len(of) > 1}
    return _part_by_sign(over, "better", "unsure", "worse")


def judge_gaps(own: OwnRows) -> Says:
    """A system counts by its kind of question that lies furthest from 0."""
    furthest = {name: max(of, key=lambda row: abs(row.value or 0.0)).interval for name, of in own.items()}
    return _part_by_sign(furthest, "modest", "true", "rosy")


def _part_by_sign(intervals: Mapping[str, tuple[float, float]], below: str, across: str, above: str) -> Says:
    says: Says = {below: [], across: [], above: []}
    for name, (low, high) in intervals.items():
        says[below if high < 0 else above if low > 0 else across].append(name)
    return says


def judge_break_even(own: OwnRows) -> Says:
    """With whom FTI catches up, and with whom never."""
    reached = [name for name, of in own.items() if all(isfinite(row.value or 0.0) for row in of)]
    return {"reached": reached, "never": [name for name in own if name not in reached]}


def judge_changes(own: OwnRows) -> Says:
    """Who changes the fewest nodes most often, and in the median."""
    return {"most": _name_most(own, 0), "least_median": _name_least(own, 1)}


def judge_failure(own: OwnRows) -> Says:
    """Who answers on most often, and who has the least code."""
    return {"most": _name_most(own, 0), "least_code": _name_least(own, 1)}
