"""What a look at the test rows costs: the gain that a report says, and the gain that fresh months bring."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from lab.patterns.search_table import Sums, Table
from lab.patterns.search_turns import MARGIN, draw_means, draw_replicates
from lab.patterns.search_ways import HAND, PLACE, Search, follow, place_windows
from measure.data.comparison import judge_difference
from measure.data.days import Estimate, estimate
from problem.search import GRID, STUDY

PLACEMENTS = 100
WINDOWS = (1, 7, 28)
"""Days of test rows: teams hold out a week to a month, our estimate; a day is what a hurry leaves."""
LOOKS = (1, 3, 10, 30, 120)
TEST, EARLIER = "test rows", "earlier rows"
"""Which rows guide the search. The report's number is always that of the test rows."""
BASE = PLACE[STUDY]


class Looks(NamedTuple):
    """By placement: the gain over the study's settings that the report says, and the place of the settings chosen."""

    promised: Sums
    chosen: list[int]


def replay_looks(table: Table, ways: Mapping[str, Callable[[int], Search]]) -> dict[tuple[str, int, int], Looks]:
    """By rows that guide, days of the window, and number of tries, what tuning by hand promises and chooses."""
    replayed = {}
    for days in WINDOWS:
        windows = place_windows(PLACEMENTS, days, table.judged)
        for guide in (TEST, EARLIER):
            trails = [_walk(table, ways[HAND](seed), days, window, guide) for seed, window in enumerate(windows)]
            for tries in LOOKS:
                replayed[guide, days, tries] = _report(table, trails, windows, days, tries)
    return replayed


def _walk(table: Table, search: Search, days: int, window: tuple[int, int], guide: str) -> tuple[list[int], Sums]:
    """The places tried, and the losses that guided."""
    losses = table.mean(window[guide == TEST], days)
    return follow(search, losses, len(GRID)).places, losses


def _report(
    table: Table, trails: list[tuple[list[int], Sums]], windows: list[tuple[int, int]], days: int, tries: int
) -> Looks:
    chosen = [min(places[:tries], key=lambda place: float(losses[place])) for places, losses in trails]
    tests = [table.mean(first, days) for _, first in windows]
    return Looks(np.array([test[BASE] - test[place] for test, place in zip(tests, chosen, strict=True)]), chosen)


def sum_up_looks(table: Table, replayed: Mapping[tuple[str, int, int], Looks]) -> list[dict[str, Any]]:
    """A row for each of them: gain ``promised``, gain ``kept`` in fresh months, and the optimism with its interval."""
    rows = []
    for (guide, days, tries), looks in replayed.items():
        gains = {"promised": float(looks.promised.mean()), "kept": float(_gain(table, looks.chosen).mean())}
        rows.append({"guide": guide, "days": days, "tries": tries} | gains | vars(estimate_optimism(table, looks)))
    return rows


def estimate_optimism(table: Table, looks: Looks) -> Estimate:
    """Gain promised minus gain kept, nats a flight; placements and fresh weeks are drawn."""
    return estimate(_draw_optimism(table, looks))


def estimate_price_of_looks(table: Table, own: Looks, rival: Looks) -> Estimate:
    """The own optimism minus the rival's, paired by placement."""
    return estimate(_draw_optimism(table, own) - _draw_optimism(table, rival))


def compare_guides(table: Table, replayed: Mapping[tuple[str, int, int], Looks]) -> list[dict[str, Any]]:
    """A row for windows and tries: how much more the test rows promise as guides than earlier rows do (``optimism``),
    and how much more the settings lose that they choose (``choice``); each with interval and word."""
    rows = []
    for days in WINDOWS:
        for tries in LOOKS:
            own, rival = replayed[TEST, days, tries], replayed[EARLIER, days, tries]
            lost = _draw_gain(table, rival.chosen) - _draw_gain(table, own.chosen)
            for what, found in (("optimism", estimate_price_of_looks(table, own, rival)), ("choice", estimate(lost))):
                word = judge_difference(found, MARGIN).value
                rows.append({"what": what, "days": days, "tries": tries, "word": word} | vars(found))
    return rows


def _draw_optimism(table: Table, looks: Looks) -> Sums:
    kept = _draw_gain(table, looks.chosen)
    return draw_replicates(len(looks.chosen), len(kept)) @ looks.promised - kept


def _draw_gain(table: Table, chosen: list[int]) -> Sums:
    """The mean gain over the study's settings in fresh months, in the data and in each draw."""
    gained = table.losses[BASE, table.judged :] - table.losses[chosen, table.judged :]
    return draw_means(gained, table.flights[table.judged :])


def _gain(table: Table, chosen: list[int]) -> Sums:
    return table.fresh[BASE] - table.fresh[chosen]
