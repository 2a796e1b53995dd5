"""What arms come to over rounds, the word for each pair, and from which strength of a trouble on it holds."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from lab.patterns.rush_cases import SPARE
from lab.patterns.rush_models import INSTEAD, MODEL, TABLE
from measure.data.comparison import Word, judge_difference
from measure.data.days import Estimate

GOOD, WORTH = "good", "worth"
MARGINS = {MODEL: 0.1, GOOD: 0.1, WORTH: 0.005}
"""By figure, the least difference worth having: shares of the questions, and nats a question."""
SPREAD = (MODEL, TABLE, GOOD, WORTH, "refused", "calls", "told late", "late", "lost", "waited")
WITHIN = ("p99", "recovered", "answering")
"""Figures that a run may not have; short ones have none of these, and none from ``told late`` on."""
KEPT = ("instead", "kind", "strength", "own", "rival", "value", "word")
Row = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]
Answers = Mapping[str, Mapping[str, Mapping[str, float]]]
"""What ``judge_answers`` says."""


def add_worth(rows: Rows, answers: Answers, instead: str = TABLE) -> list[Row]:
    """The rows with the share ``good`` by anybody, and what it is ``worth``: nats a question saved over a constant, by
    which goes whoever has no answer in time. ``instead``: who is taken to answer in the table's place."""
    model, other = (answers[name]["saves"]["value"] for name in (MODEL, instead))
    return [{**row, GOOD: row[MODEL] + row[TABLE], WORTH: row[MODEL] * model + row[TABLE] * other} for row in rows]


def compare_instead(rows: Rows, answers: Answers, pairs: Sequence[tuple[str, str]]) -> list[Row]:
    """What each first is worth against each second, by who answers instead: reckoned from the same runs. ``SPARE``: all
    are answered instead, at once."""
    rows = [*rows, *answer_all_instead(rows)]
    told = [
        {"instead": instead, **row}
        for instead in INSTEAD
        for own, rival in pairs
        for row in compare(add_worth(rows, answers, instead), own, rival)
    ]
    return [{key: row[key] for key in KEPT} for row in told if row["figure"] == WORTH]


def answer_all_instead(rows: Rows) -> list[Row]:
    """A row for each round, trouble and strength."""
    at = dict.fromkeys((row["kind"], row["strength"], row["round"]) for row in rows)
    return [
        {"kind": kind, "strength": strength, "round": number, "arm": SPARE, MODEL: 0.0, TABLE: 1.0}
        for kind, strength, number in at
    ]


def sum_up(rows: Rows) -> list[Row]:
    """A row for each trouble, strength and arm: each figure as median, least and most of the rounds; those that a run
    may not have as they came, by round."""
    found: dict[tuple[str, float, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault((row["kind"], row["strength"], row["arm"]), []).append(row)
    return [
        {"kind": kind, "strength": strength, "arm": arm}
        | {name: spread([row[name] for row in of]) for name in SPREAD if name in of[0]}
        | {name: [row[name] for row in of] for name in WITHIN if name in of[0]}
        for (kind, strength, arm), of in found.items()
    ]


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median, least and most of the rounds."""
    return vars(Estimate(median(values), min(values), max(values)))


def compare(rows: Rows, own: str, rival: str) -> Iterator[Row]:
    """A row for each trouble, strength and figure: own minus the rival's (more is better) over rounds, and the word."""
    at = {(row["kind"], row["strength"], row["round"], row["arm"]): row for row in rows}
    for kind, strength in dict.fromkeys(key[:2] for key in at):
        rounds = [key[2] for key in at if key[:2] == (kind, strength) and key[3] == own]
        for figure, margin in MARGINS.items():
            pairs = [[at[kind, strength, number, arm][figure] for arm in (own, rival)] for number in rounds]
            more = spread([ours - theirs for ours, theirs in pairs])
            less = Estimate(-more["value"], -more["high"], -more["low"])
            told = {"kind": kind, "strength": strength, "own": own, "rival": rival, "figure": figure}
            yield {**told, **more, "word": judge_difference(less, margin).value}


def find_turn(rows: Rows, word: Word) -> float | None:
    """The strength from which on the word holds at all higher ones, None for nowhere. ``rows``: one pair, trouble and
    figure."""
    found: float | None = None
    for row in sorted(rows, key=lambda row: -float(row["strength"])):
        if row["word"] != word:
            break
        found = float(row["strength"])
    return found


def find_turns(compared: Rows) -> list[Row]:
    """For each pair, trouble and figure, from which strength on the first is better, and from which on it is worse."""
    cells: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in compared:
        cells.setdefault((row["own"], row["rival"], row["kind"], row["figure"]), []).append(row)
    return [
        {"own": own, "rival": rival, "kind": kind, "figure": figure}
        | {str(word): find_turn(of, word) for word in (Word.BETTER, Word.WORSE)}
        for (own, rival, kind, figure), of in cells.items()
    ]
