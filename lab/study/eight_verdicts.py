"""What the answers to the eight questions come to: which systems a sentence names."""

from collections.abc import Callable, Mapping
from math import isfinite

from lab.study.scorecard_rows import Row

OwnRows = Mapping[str, list[Row]]
"""By system, the rows that its cell is made of."""
Says = dict[str, list[str]]
"""By kind of sentence (see ``eight_questions.toml``) the systems that it names."""


def _name_extreme(own: OwnRows, choose: Callable[..., float], number: int | None = None) -> list[str]:
    """The systems with the most or the least of a figure: of the row of that number, else of their lowest."""
    rows = {name: of if number is None else [of[number]] for name, of in own.items()}
    figures = {name: min(row.value or 0.0 for row in of) for name, of in rows.items()}
    return [name for name, figure in figures.items() if figure == choose(figures.values())]


def judge_shares(own: OwnRows) -> Says:
    """Where both sides follow most and least often."""
    return {"most": _name_extreme(own, max), "least": _name_extreme(own, min)}


def judge_equal(own: OwnRows) -> Says:
    """Who trains on exactly what it serves, and who is furthest from it."""
    complete = [name for name, of in own.items() if all(row.value == 1 for row in of)]
    return {"all": complete, "least": [name for name in _name_extreme(own, min) if name not in complete]}


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
    return {"most": _name_extreme(own, max, 0), "least_median": _name_extreme(own, min, 1)}


def judge_failure(own: OwnRows) -> Says:
    """Who answers on most often, and who has the least code."""
    return {"most": _name_extreme(own, max, 0), "least_code": _name_extreme(own, min, 1)}
