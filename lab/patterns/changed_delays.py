"""From measured restarts on: which is sooner, a release or a flag; over intervals, gates and replicas."""

from collections.abc import Mapping, Sequence
from statistics import mean
from typing import Any

from measure.data.comparison import Word
from measure.data.rounds import judge_rounds

INTERVALS = (0.5, 2.0, 5.0, 15.0, 30.0, 60.0)
USUAL = (15.0, 60.0)
"""Seconds between two looks at the store; what SDKs do by themselves lies between the two."""
GATES = (0.0, 60.0, 1_320.0)
"""Seconds that a release waits for its gate: none, this repository's quick tests, all of its tests."""
REPLICAS = (1, 2, 4)
TIMES, ANSWERS = 1.25, 10.0
"""Margins: a ratio of seconds in every round, and wrong answers an incident. As in PREDICTIONS.md."""
Row = dict[str, Any]


def compare_delays(released: Sequence[Row], gates: Sequence[float] = GATES) -> list[Row]:
    """By replicas, gate and interval: the word for a redeploy against a flag; ``ratio``: of seconds, a mean of rounds.

    By arithmetic from the measured restarts: the last of n replicas has looked by the end of its interval, and on the
    mean after n/(n+1) of it. A word needs both.
    """
    most = [row for row in released if row["replicas"] == max(each["replicas"] for each in released)]
    rows = []
    for replicas in REPLICAS:
        restarts = [row["seconds"][replicas - 1] for row in most if len(row["seconds"]) >= replicas]
        for gate in gates if restarts else ():
            for every in INTERVALS:
                ratios = [(gate + seconds) / expect_last(every, replicas) for seconds in restarts]
                word = judge_both(ratios, [(gate + seconds) / every for seconds in restarts])
                told = {"replicas": replicas, "gate": gate, "every": every, "word": word.value}
                rows.append(told | {"ratio": mean(ratios)})
    return rows


def expect_last(every: float, replicas: int) -> float:
    """Seconds until the last of so many replicas has looked, on the mean, if their looks fall anywhere."""
    return every * replicas / (replicas + 1)


def judge_both(expected: Sequence[float], latest: Sequence[float]) -> Word:
    """The word that holds for both."""
    words = {judge_rounds(ratios, TIMES) for ratios in (expected, latest)}
    return words.pop() if len(words) == 1 else Word.CANNOT_TELL


def compare_looks(heard: Sequence[Row]) -> list[Row]:
    """By interval and replicas: seconds until the last has heard, a mean of rounds, beside what arithmetic says.

    Fewer replicas: the first so many of those that there were, as none knows of the others.
    """
    rows = []
    for every in dict.fromkeys(row["every"] for row in heard):
        rounds = [row["seconds"] for row in heard if row["every"] == every]
        for count in (count for count in REPLICAS if count <= len(rounds[0])):
            told = {"every": every, "replicas": count, "rounds": len(rounds)}
            told |= {"last": mean(max(seconds[:count]) for seconds in rounds)}
            rows.append(told | {"expected": expect_last(every, count), "latest": every})
    return rows


def find_turns(compared: Sequence[Mapping[str, Any]]) -> list[Row]:
    """By replicas and gate: the least interval from which on a redeploy is sooner by the margin, None for nowhere."""
    keys = dict.fromkeys((row["replicas"], row["gate"]) for row in compared)
    return [
        {"replicas": replicas, "gate": gate}
        | {"from": _find_first([row for row in compared if (row["replicas"], row["gate"]) == (replicas, gate)])}
        for replicas, gate in keys
    ]


def _find_first(rows: Sequence[Mapping[str, Any]]) -> float | None:
    better = {row["every"]: row["word"] == Word.BETTER for row in rows}
    holding = [every for every in better if all(better[other] for other in better if other >= every)]
    return min(holding) if holding else None


def find_rates(released: Sequence[Row], gates: Sequence[float] = GATES) -> list[Row]:
    """By interval and gate, from how many questions a day on a redeploy of all replicas gives more wrong answers.

    More by the margin, and by arithmetic: questions go to all replicas alike, each answers the old way until it has the
    change, and a look comes after half an interval on the mean.
    """
    most = max(row["replicas"] for row in released)
    restart = mean(seconds for row in released if row["replicas"] == most for seconds in row["seconds"])
    longer = {(every, gate): gate + restart - every / 2 for every in USUAL for gate in gates}
    return [
        {"every": every, "gate": gate, "a_day": 86_400 * ANSWERS / seconds if seconds > 0 else None}
        for (every, gate), seconds in longer.items()
    ]
