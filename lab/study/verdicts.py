"""Who won a question, and whether that was foreseen."""

import re
from collections.abc import Mapping

from lab.engine.workspace import REPOSITORY
from lab.study.scorecard_questions import LEADS, QUESTIONS, VERDICTS
from lab.study.scorecard_rows import Row
from lab.systems import competing


def read_predictions() -> dict[str, str]:
    """Who was expected to win each measure, by its id, read from PREDICTIONS.md."""
    text = (REPOSITORY / "PREDICTIONS.md").read_text()
    found = re.findall(r"^\| *(G0|P|C?\d+) *\| *[^|]+\| *(\w+) *\|", text, flags=re.MULTILINE)
    return dict(found)


def read_margins() -> dict[str, float]:
    """Within which distance from 0 a lead is a tie, by its unit, read from PREDICTIONS.md."""
    text = (REPOSITORY / "PREDICTIONS.md").read_text()
    found = re.findall(r"^\| *(AUC|nats) *\| *([\d.]+) *\|", text, flags=re.MULTILINE)
    return {unit: float(margin) for unit, margin in found}


def find_winner(rows: list[Row], better: str) -> str:
    """Who won among figures of one mode; ``tie`` or ``a = b`` where intervals meet; empty where there is no rival."""
    worst: dict[str, tuple[float, float, float]] = {}
    for row in rows:
        if row.value is not None:
            cost = _turn_to_cost(row.value, row.interval, better)
            worst[row.system] = max(worst.get(row.system, cost), cost)
    if len(worst) < 2:
        return ""
    best = min(worst.values())
    reaching = [name for name in competing() if name in worst and worst[name][1] <= best[2]]
    return "tie" if len(reaching) == len(worst) else " = ".join(reaching)


def find_least(costs: Mapping[str, float]) -> str:
    """Who has the least cost; ``tie`` where several have it, or nobody has any."""
    best = [name for name, cost in costs.items() if cost == min(costs.values())]
    return best[0] if len(best) == 1 else "tie"


def _turn_to_cost(value: float, interval: tuple[float, float], better: str) -> tuple[float, float, float]:
    """Value, lower and upper end of the interval, turned so that less is better."""
    low, high = interval
    if better == "higher":
        return -value, -high, -low
    if better == "zero":
        return abs(value), 0.0 if low <= 0 <= high else min(abs(low), abs(high)), max(abs(low), abs(high))
    return value, low, high


def find_winners(rows: list[Row], key: str, part: str = "") -> dict[str, str]:
    """Who won a question, mode by mode: only systems that answer the same kind of question are compared."""
    found = [row for row in rows if (row.key, row.part) == (key, part) and row.system in competing()]
    modes = dict.fromkeys(row.mode for row in found)
    if QUESTIONS[key].better == "context":
        return dict.fromkeys(modes, "")
    won = {mode: find_winner([row for row in found if row.mode == mode], QUESTIONS[key].better) for mode in modes}
    return {mode: _check_tie(key, who, [r for r in found if r.mode == mode]) for mode, who in won.items()}


def _check_tie(key: str, who: str, rows: list[Row]) -> str:
    """A lead is a tie only if its whole interval lies within the margin, all else only if the figures are the same."""
    if who != "tie":
        return who
    if key not in LEADS:
        return who if len({row.value for row in rows if row.value is not None}) == 1 else "undecided"
    furthest = max(abs(end) for row in rows if row.value is not None for end in row.interval)
    return who if furthest <= read_margins()[QUESTIONS[key].unit] else "undecided"


def is_hit(rows: list[Row], key: str) -> bool | None:
    """Whether a prediction came true: the predicted system won wherever it competed; a tie was a tie everywhere.

    None if nobody competed. Where ``none`` was predicted to win, no system may reach half of what there is to reach.
    """
    predicted, won = read_predictions()[VERDICTS[key]], find_winners(rows, key)
    if predicted == "none":
        reached = [row.value for row in rows if row.key == key and row.value is not None]
        return all(value < 0.5 for value in reached) if reached else None
    entered = {row.mode for row in rows if row.key == key and row.system == predicted and row.value is not None}
    contested = [mode for mode in won if won[mode] and (predicted == "tie" or mode in entered)]
    return all(won[mode] == predicted for mode in contested) if contested else None
