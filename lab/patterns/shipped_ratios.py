"""Ratios of seconds between ways, from rounds by turns in one run, and the word for each."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lab.patterns.shipped_ways import HAND, IMAGE, LOAD
from measure.data.comparison import Margin, Word, judge_difference
from measure.data.days import Estimate

MARGIN = Margin(1.25, as_ratio=True)
"""Of bytes and seconds, as in PREDICTIONS.md."""
PAIRS = ((IMAGE, LOAD), (LOAD, HAND), (HAND, LOAD))
FEWEST = 3
"""Rounds, below which nothing is said."""
Rows = Sequence[Mapping[str, Any]]


def compare_updates(rows: Rows) -> list[dict[str, Any]]:
    """By size and pair of ways, the ratio of seconds over all releases but a host's first."""
    later, found = [row for row in rows if row["release"] > 1], []
    for megabytes in sorted({row["megabytes"] for row in later}):
        seconds = {(row["way"], row["release"]): row["seconds"] for row in later if row["megabytes"] == megabytes}
        for one, other in PAIRS:
            ratios = [seconds[one, number] / seconds[other, number] for way, number in seconds if way == one]
            found.append({"megabytes": megabytes, "pair": name_pair((one, other))} | summarize(ratios))
    return found


def compare_hosts(rows: Rows) -> list[dict[str, Any]]:
    """By way and number of new hosts, seconds until all answer, over those of one host and those by hand; by rounds."""
    seconds = {(row["round"], row["hosts"], row["way"]): row["seconds"] for row in rows}
    found = []
    for way, hosts in sorted({(row["way"], row["hosts"]) for row in rows}):
        own = {number: seconds[number, hosts, way] for number in sorted({row["round"] for row in rows})}
        over = {
            "one host": [each / seconds[number, 1, way] for number, each in own.items()],
            "by hand": [each / seconds[number, hosts, HAND] for number, each in own.items()],
        }
        found += [{"way": way, "hosts": hosts, "over": name} | summarize(each) for name, each in over.items()]
    return found


def summarize(ratios: Sequence[float]) -> dict[str, Any]:
    """Their median with the least and the most, and the word for what stands above the line, where less is better."""
    found = {"value": float(np.median(ratios)), "low": float(min(ratios)), "high": float(max(ratios))}
    logs = Estimate(*(math.log(each) for each in found.values()))
    word = judge_difference(logs, MARGIN.width) if len(ratios) >= FEWEST else Word.CANNOT_TELL
    return found | {"word": word.value, "rounds": len(ratios)}


def name_pair(pair: tuple[str, str]) -> str:
    """In words."""
    return f"{pair[0]} over {pair[1]}"
