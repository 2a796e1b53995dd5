"""What the answers to the eight questions come to: which systems a sentence names, by the margins of PREDICTIONS.md."""

from collections.abc import Callable, Mapping

from lab.study.scorecard_rows import Row
from lab.study.verdicts import compare_rows, judge_ratio, judge_row
from measure.data.comparison import Word

OwnRows = Mapping[str, list[Row]]
"""By system, the rows that its cell is made of."""
Says = dict[str, list[str]]
"""By kind of sentence (see ``eight_questions.toml``) the systems that it names."""
HIGHER, LOWER = "higher", "lower"
DIFFERENCES = {Word.BETTER: "better", Word.NO_DIFFERENCE: "same", Word.CANNOT_TELL: "unsure", Word.WORSE: "worse"}


def _rank(rows: Mapping[str, Row], better: str) -> tuple[list[str], list[str]]:
    """Who is best with all that do not differ from it, and who cannot be told from it."""
    pick = max if better == HIGHER else min
    best = pick(rows, key=lambda name: rows[name].value or 0.0)
    words = {name: compare_rows(row, rows[best], better) for name, row in rows.items() if name != best}
    same = [name for name in rows if name == best or words[name] == Word.NO_DIFFERENCE]
    return same, [name for name, word in words.items() if word == Word.CANNOT_TELL]


def _pick_rows(own: OwnRows, number: int | None) -> dict[str, Row]:
    """One row a system: that of the number, or the lowest of its kinds of question."""
    return {
        name: min(rows, key=lambda row: row.value or 0.0) if number is None else rows[number]
        for name, rows in own.items()
    }


def judge_shares(own: OwnRows) -> Says:
    """Where both sides follow most and least often."""
    most, perhaps = _rank(_pick_rows(own, None), HIGHER)
    least, _ = _rank(_pick_rows(own, None), LOWER)
    return {"most": most, "perhaps": perhaps, "least": least}


def judge_equal(own: OwnRows) -> Says:
    """Who trains on exactly what it serves, and who is furthest from it."""
    complete = [name for name, of in own.items() if all(row.value == 1 for row in of)]
    least, _ = _rank(_pick_rows(own, None), LOWER)
    return {"all": complete, "least": [name for name in least if name not in complete]}


def judge_losses(own: OwnRows) -> Says:
    """Who is better than the table of rates, who is worse, and of whom nobody can tell."""
    return _sort_words({name: of[1] for name, of in own.items() if len(of) > 1}, judge_row)


def judge_gaps(own: OwnRows) -> Says:
    """A system counts by its kind of question that lies furthest from 0."""
    return _sort_words({name: max(of, key=lambda row: abs(row.value or 0.0)) for name, of in own.items()}, judge_row)


def judge_six_models(own: OwnRows) -> Says:
    """Whom FTI costs less than, with six models, whom more, and of whom nobody can tell."""
    return _sort_words({name: of[-1] for name, of in own.items() if len(of) > 1}, judge_ratio)


def _sort_words(rows: Mapping[str, Row], judge: Callable[[Row], Word]) -> Says:
    says: Says = {kind: [] for kind in DIFFERENCES.values()}
    for name, row in rows.items():
        says[DIFFERENCES[judge(row)]].append(name)
    return says


def judge_changes(own: OwnRows) -> Says:
    """Who changes the fewest nodes most often, and in the median."""
    return {"most": _rank(_pick_rows(own, 0), HIGHER)[0], "least_median": _rank(_pick_rows(own, 1), LOWER)[0]}


def judge_failure(own: OwnRows) -> Says:
    """Who answers on most often, and who has the least code."""
    return {"most": _rank(_pick_rows(own, 0), HIGHER)[0], "least_code": _rank(_pick_rows(own, 1), LOWER)[0]}
