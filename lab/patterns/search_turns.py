"""What one way through the settings is worth beside another, and from where on more work brings nothing."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lab.patterns.search_table import Sums, Table
from lab.patterns.search_ways import BUDGETS, RANDOM, WAYS
from measure.data.comparison import Word, judge_difference
from measure.data.days import Days, Estimate, estimate

MARGIN = 0.005
"""Nats a flight, as in PREDICTIONS.md."""
PAIRS = {f"{own} against {RANDOM}": (own, RANDOM) for own in WAYS if own != RANDOM}


def estimate_difference(table: Table, own: list[int], rival: list[int]) -> Estimate:
    """Loss of the own choices minus that of the rival's in fresh months, paired by seed; seeds and weeks are drawn."""
    lost = table.losses[own, table.judged :] - table.losses[rival, table.judged :]
    return estimate(draw_means(lost, table.flights[table.judged :]))


def draw_means(lost: Sums, flights: Sums) -> Sums:
    """Mean of sums by replicate and day, in the data and in each draw of replicates and of weeks; (1 + draws,)."""
    weeks = Days(np.arange(len(flights))).weights
    return np.einsum("dj,dj->d", draw_replicates(len(lost), len(weeks)) @ lost, weeks) / (weeks @ flights)


def draw_replicates(count: int, rows: int) -> Sums:
    """Shares of the replicates: all alike in the first row, drawn with replacement in the others."""
    drawn = np.random.default_rng(2013).multinomial(count, np.full(count, 1 / count), size=rows - 1)
    return np.vstack([np.ones(count), drawn]) / count


def compare_ways(table: Table, chosen: Mapping[tuple[str, int], list[int]]) -> list[dict[str, Any]]:
    """A row a pair and budget: the difference in fresh loss with its interval, and the word for it."""
    rows = []
    for name, (own, rival) in PAIRS.items():
        rows += [_compare(table, name, budget, chosen[own, budget], chosen[rival, budget]) for budget in BUDGETS]
    for way in WAYS:
        for budget in BUDGETS:
            rows.append(
                _compare(table, f"{way} against its end", budget, chosen[way, budget], chosen[way, BUDGETS[-1]])
            )
    return rows


def _compare(table: Table, pair: str, budget: int, own: list[int], rival: list[int]) -> dict[str, Any]:
    difference = estimate_difference(table, own, rival)
    word = judge_difference(difference, MARGIN)
    return {"pair": pair, "budget": budget, "word": word.value} | vars(difference)


def find_enough(compared: list[dict[str, Any]], way: str) -> int | None:
    """The least budget from which on more work brings no difference worth having; None if there is none."""
    rows = [row for row in compared if row["pair"] == f"{way} against its end" and row["budget"] < BUDGETS[-1]]
    enough = None
    for row in reversed(rows):
        if row["word"] != Word.NO_DIFFERENCE:
            break
        enough = row["budget"]
    return enough
