"""What each check sees, what a change costs, and what the sides lose until it is found."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from lab.patterns.owned_checks import MONTHLY, SHARES, WINDOW, AtTheDoor, AtTheEnd, Named, name_outcomes
from lab.patterns.owned_costs import LEVEL, MOVED, NATS, Floats
from lab.patterns.owned_deliveries import DIALLED
from lab.patterns.owned_features import LINEAR, TREES
from lab.patterns.owned_replays import ARMS, Replay
from lab.patterns.watched_year import DAY, QUIET
from measure.data.comparison import Word, judge_difference
from measure.data.days import Days, estimate
from problem.owned import CROSS, DECLARED, RANGE

MARGIN = 0.005
"""Of log loss, as in PREDICTIONS.md."""
CHECKS = (RANGE, CROSS, MONTHLY, SHARES, name_outcomes(TREES), name_outcomes(LINEAR))
Row = dict[str, Any]


def judge_checks(replays: Sequence[Replay]) -> list[Row]:
    """A row a change and check: the share of placements in which it rang beyond those in which it rang without, and the
    days until then; where the declaration stays as it is."""
    return [
        {"column": column, "factor": factor, "check": check} | _see([*group], check)
        for (column, factor), group in _group(replays).items()
        for check in CHECKS
    ]


def _see(replays: Sequence[Replay], check: str) -> Row:
    first = [_find(each.rung, check) for each in replays]
    without = [_find(each.clean, check) for each in replays]
    beyond = np.mean([day is not None for day in first]) - np.mean([day is not None for day in without])
    days = [day for day, other in zip(first, without, strict=True) if day is not None and other is None]
    return {"share": float(beyond), "days": float(np.median(days)) if days else None}


def _find(days: Sequence[Named], check: str) -> int | None:
    return next((number for number, rung in enumerate(days) if any(name == check for name, _ in rung)), None)


def judge_costs(replays: Sequence[Replay]) -> list[Row]:
    """A row a change and model: nats an answer that it costs as long as it lasts, the same if the ``level``
    of the answers is put right before, and by how much an answer is ``moved``."""
    return [
        {"column": column, "factor": factor, "model": model}
        | _tell(group, model, [each.costs[model].lose_until(None) for each in group])
        | {"moved": float(_draw(group, model, [each.costs[model].lose_until(None, MOVED) for each in group])[0])}
        | {"level": _tell(group, model, [each.costs[model].lose_until(None, LEVEL) for each in group])}
        for (column, factor), group in _group(replays).items()
        for model in group[0].costs
    ]


def compare_sides(replays: Sequence[Replay], own: str, rival: str) -> list[Row]:
    """A row an arm, model, figure and factor: nats an answer that are lost until the change is found, own minus the
    rival's; less is better. A mean over the quantities that have the dial."""
    dialled = [each for each in replays if each.change.column in DIALLED]
    factors = sorted({each.change.factor for each in dialled})
    return [
        {"arm": arm, "model": model, "figure": figure, "factor": factor}
        | _compare([each for each in dialled if each.change.factor == factor], (arm, model, figure), own, rival)
        for arm in ARMS
        for model in dialled[0].costs
        for figure in (NATS, LEVEL)
        for factor in factors
    ]


def compare_quantities(replays: Sequence[Replay], own: str, rival: str) -> list[Row]:
    """The same by quantity, and for the temperature; nats as they were lost."""
    return [
        {"arm": arm, "model": model, "column": column, "factor": factor}
        | _compare(group, (arm, model, NATS), own, rival)
        for arm in ARMS
        for (column, factor), group in _group(replays).items()
        for model in group[0].costs
    ]


def list_differences(rows: Sequence[Row]) -> list[Row]:
    """Without those of which it is known that there is no difference worth having."""
    return [row for row in rows if row["word"] != Word.NO_DIFFERENCE.value]


def _compare(replays: Sequence[Replay], what: tuple[str, str, str], own: str, rival: str) -> Row:
    arm, model, figure = what
    lost, rivals = ([each.lost[arm, side, model, figure] for each in replays] for side in (own, rival))
    told = {key: float(_draw(replays, model, of)[0]) for key, of in {"own": lost, "rivals": rivals}.items()}
    return told | _tell(replays, model, [one - other for one, other in zip(lost, rivals, strict=True)])


def _tell(replays: Sequence[Replay], model: str, lost: Sequence[Floats]) -> Row:
    """Nats an answer over all placements, their interval, and the word for it."""
    found = estimate(_draw(replays, model, lost))
    return {"word": judge_difference(found, MARGIN).value, **vars(found)}


def _draw(replays: Sequence[Replay], model: str, lost: Sequence[Floats]) -> Floats:
    """What is lost by answer, in the data and in each draw of days: placements overlap, so they are no units.
    ``lost``: sums by day, of each replay."""
    answers = np.concatenate([each.costs[model].answers for each in replays])
    return _draw_days(tuple(each.start for each in replays)).ratios(np.concatenate(lost), answers)


@cache
def _draw_days(starts: tuple[pd.Timestamp, ...]) -> Days:
    """The days of these placements, one after the other."""
    return Days(np.array([start + number * DAY for start in starts for number in range(WINDOW)]))


def count_false(door: AtTheDoor, ends: Mapping[str, AtTheEnd]) -> list[Row]:
    """By check, days in 30 with an alarm in months without a change, whatever it is about."""
    days = list_quiet()
    rung = [{check for check, _ in door.ring(day)} for day in days]
    for end in ends.values():
        for day, of in zip(days, rung, strict=True):
            of |= {check for check, _ in end.ring(day, end.take(day, 1))}
    weeks = Days(np.array(days))
    told = {check: estimate(30 * weeks.means([check in each for each in rung])) for check in (DECLARED, *CHECKS)}
    return [{"check": check, **vars(found)} for check, found in told.items()]


def list_quiet() -> list[pd.Timestamp]:
    """The days of the months without a change."""
    months = [pd.Timestamp(2013, month, 1) for month in QUIET]
    return [day for first in months for day in pd.date_range(first, periods=first.days_in_month)]


def _group(replays: Sequence[Replay]) -> dict[tuple[str, str], list[Replay]]:
    """By quantity and factor, in the order of the changes."""
    groups: dict[tuple[str, str], list[Replay]] = {}
    for each in replays:
        groups.setdefault((each.change.column, each.change.name), []).append(each)
    return groups
