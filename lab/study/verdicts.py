"""What comparisons of the scorecard come to, by margins, and whether that was foreseen."""

import re
from collections.abc import Mapping
from functools import cache
from itertools import permutations

from lab.engine.workspace import REPOSITORY
from lab.study.scorecard_questions import LEADS, QUESTIONS, VERDICTS
from lab.study.scorecard_rows import Row, pair_rounds
from lab.systems import competing
from measure.data.comparison import Margin, Word, compare_costs, judge_difference
from measure.data.days import Estimate
from measure.data.rounds import judge_rounds

SHARES = ("share", "share of rows", "share of cells")
ONE = Estimate(1.0, 1.0, 1.0)
TIE, OPEN = "tie", "cannot tell"
HIT, MISS, UNCONTESTED = "hit", "miss", "not contested"


def read_predictions() -> dict[str, str]:
    """Who was expected to win each measure, by its id, read from PREDICTIONS.md."""
    found = re.findall(r"^\| *(G0|P|C?\d+) *\| *[^|]+\| *(\w+) *\|", _read_page(), flags=re.MULTILINE)
    return dict(found)


@cache
def read_margins() -> dict[str, Margin]:
    """The least difference worth having, by unit (``ratio``: of all units that have none), from PREDICTIONS.md."""
    found = re.findall(r"^\| *(AUC|nats|share|minutes|ratio) *\|? *([\d.]+) *\|", _read_page(), flags=re.MULTILINE)
    return {unit: Margin(float(least), as_ratio=unit == "ratio") for unit, least in found}


def find_margin(key: str) -> Margin:
    """The margin of a figure of the scorecard."""
    unit = "share" if QUESTIONS[key].unit in SHARES else QUESTIONS[key].unit
    return read_margins().get(unit, read_margins()["ratio"])


def _read_page() -> str:
    return (REPOSITORY / "PREDICTIONS.md").read_text()


def compare_rows(own: Row, rival: Row, better: str = "") -> Word:
    """The word for two figures of one question; ``better`` as in ``Question``, by default the question's own.

    What was taken by turns is compared round by round, so that a slow hour of the machine tells nothing.
    """
    way, margin = better or QUESTIONS[own.key].better, find_margin(own.key)
    pair = (rival, own) if way == "higher" else (own, rival)
    if margin.as_ratio and (ratio := pair_rounds(*pair)):
        return compare_costs(ratio, ONE, margin)
    return compare_costs(_turn_to_cost(own, way), _turn_to_cost(rival, way), margin)


def judge_row(row: Row) -> Word:
    """The word for a figure that is a difference itself: a lead, a gap, a distance from a table. Less is better."""
    way = "higher" if QUESTIONS[row.key].better == "higher" else "lower"
    return judge_difference(_turn_to_cost(row, way), find_margin(row.key).least)


def judge_ratio(row: Row) -> Word:
    """The word for a ratio of two costs, the first over the second, taken in several rounds: it has to hold in each."""
    return judge_rounds(row.interval, read_margins()["ratio"].least)


def _turn_to_cost(row: Row, better: str) -> Estimate:
    """Turned so that less is better."""
    (low, high), value = row.interval, row.value or 0.0
    if better == "higher" and find_margin(row.key).as_ratio:
        return Estimate(*(1 / end if end else float("inf") for end in (value, high, low)))
    if better == "higher":
        return Estimate(-value, -high, -low)
    if better == "zero":
        nearest = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
        return Estimate(abs(value), nearest, max(abs(low), abs(high)))
    return Estimate(value, low, high)


def find_winner(rows: list[Row]) -> str:
    """Who is better than all others, of figures of one question and kind of asking; a system's worst one counts.

    ``a = b`` where several are better than the rest and do not differ, ``tie`` if nobody does, ``cannot tell``
    otherwise; empty where there is no rival.
    """
    given = [row for row in rows if row.value is not None]
    worst_last = sorted(given, key=lambda row: _turn_to_cost(row, QUESTIONS[row.key].better).value)
    of = {row.system: row for row in worst_last}
    if len(of) < 2:
        return ""
    words = _compare_all(of)
    if set(words.values()) == {Word.NO_DIFFERENCE}:
        return TIE
    beaten = {own for own, other in words if words[own, other] == Word.WORSE}
    best = [name for name in competing() if name in of and name not in beaten]
    told = all(words[own, other] != Word.CANNOT_TELL for own, other in words if own in best)
    return " = ".join(best) if best and told else OPEN


def _compare_all(of: Mapping[str, Row]) -> dict[tuple[str, str], Word]:
    """By pair of systems, what is to be said of the first. A lead is held against 0: it is a difference itself."""
    if next(iter(of.values())).key in LEADS:
        return {(own, other): judge_row(of[own]) for own, other in permutations(of, 2)}
    return {(own, other): compare_rows(of[own], of[other]) for own, other in permutations(of, 2)}


def find_least(costs: Mapping[str, float]) -> str:
    """Who has the least cost; ``tie`` where several have it, or nobody has any."""
    best = [name for name, cost in costs.items() if cost == min(costs.values())]
    return best[0] if len(best) == 1 else TIE


def find_winners(rows: list[Row], key: str, part: str = "") -> dict[str, str]:
    """Who won a question, mode by mode: only systems that answer the same kind of question are compared."""
    found = [row for row in rows if (row.key, row.part) == (key, part) and row.system in competing()]
    modes = dict.fromkeys(row.mode for row in found)
    if QUESTIONS[key].better == "context":
        return dict.fromkeys(modes, "")
    return {mode: find_winner([row for row in found if row.mode == mode]) for mode in modes}


def settle(rows: list[Row], key: str) -> str:
    """Whether the prediction that a figure decides came true: ``hit``, ``miss``, ``cannot tell``, ``not contested``.

    It is a hit if the predicted system is better wherever it competed; a tie, if nobody differs anywhere. Where
    ``none`` was predicted to win, no system may reach half of what there is to reach.
    """
    predicted, won = read_predictions()[VERDICTS[key]], find_winners(rows, key)
    reached = [row for row in rows if row.key == key and row.value is not None]
    if predicted == "none":
        return (HIT if all((row.value or 0.0) < 0.5 for row in reached) else MISS) if reached else UNCONTESTED
    entered = {row.mode for row in reached if row.system == predicted}
    outcomes = {who for mode, who in won.items() if who and (predicted == TIE or mode in entered)}
    if not outcomes:
        return UNCONTESTED
    if outcomes <= {predicted, OPEN}:
        return OPEN if OPEN in outcomes else HIT
    return MISS
