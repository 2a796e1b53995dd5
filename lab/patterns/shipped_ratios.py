"""Ratios of seconds between ways, from rounds by turns in one run, and the word for each."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lab.patterns.shipped_ways import HAND, IMAGE, LOAD
from measure.data.comparison import Word

MARGIN = 1.25
"""Of bytes and seconds, as in PREDICTIONS.md."""
PAIRS = ((IMAGE, LOAD), (LOAD, HAND), (IMAGE, HAND))
Rows = Sequence[Mapping[str, Any]]


def compare_updates(rows: Rows) -> list[dict[str, Any]]:
    """By size and pair of ways, the ratio of seconds over all releases but a host's first."""
    found = []
    for megabytes in sorted({row["megabytes"] for row in rows if row["release"] > 1}):
        updates = sorted({row["release"] for row in rows if row["megabytes"] == megabytes and row["release"] > 1})
        for pair in PAIRS:
            ratios = [divide(rows, pair, megabytes, number) for number in updates]
            found.append({"megabytes": megabytes, "pair": name_pair(pair)} | summarize(ratios))
    return found


def divide(rows: Rows, pair: tuple[str, str], megabytes: float, number: int, figure: str = "seconds") -> float:
    """A figure of one release, first of the pair over second."""
    by_way = {row["way"]: row for row in rows if (row["megabytes"], row["release"]) == (megabytes, number)}
    return float(by_way[pair[0]][figure] / by_way[pair[1]][figure])


def compare_hosts(rows: Rows) -> list[dict[str, Any]]:
    """By way and number of new hosts, seconds until all answer over those of one, in the same round."""
    one = {(row["round"], row["way"]): row["seconds"] for row in rows if row["hosts"] == 1}
    found = []
    for way in dict.fromkeys(row["way"] for row in rows):
        for hosts in sorted({row["hosts"] for row in rows}):
            own = [row for row in rows if (row["way"], row["hosts"]) == (way, hosts)]
            ratios = [row["seconds"] / one[row["round"], way] for row in own]
            found.append({"way": way, "hosts": hosts} | summarize(ratios))
    return found


def summarize(ratios: Sequence[float]) -> dict[str, Any]:
    """Their median with the least and the most, and the word for the first of the pair."""
    found = {"value": float(np.median(ratios)), "low": float(min(ratios)), "high": float(max(ratios))}
    return found | {"word": judge_ratios(ratios).value, "rounds": len(ratios)}


def judge_ratios(ratios: Sequence[float]) -> Word:
    """The word for what stands above the line, where less is better: it has to hold in every round."""
    if max(ratios) <= 1 / MARGIN:
        return Word.BETTER
    if min(ratios) >= MARGIN:
        return Word.WORSE
    return Word.NO_DIFFERENCE if max(ratios) <= MARGIN and min(ratios) >= 1 / MARGIN else Word.CANNOT_TELL


def name_pair(pair: tuple[str, str]) -> str:
    """In words."""
    return f"{pair[0]} over {pair[1]}"
