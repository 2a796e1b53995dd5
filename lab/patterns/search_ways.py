"""Ways through the settings, replayed over the table: what each has found when its work is spent."""

import time
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, NamedTuple, Protocol

import numpy as np

from lab.patterns.search_table import Sums, Table
from problem.search import GRID, SPACE, Score, Settings

SEEDS = 20
BUDGETS = (1, 2, 5, 10, 20, 40, 80)
"""Work, in fits with the study's settings. Tutorials try 100 times, a person 5 to 30 times: our estimate."""
DAYS = 28
"""Of the weeks that a way chooses by."""
PLACE = {settings: place for place, settings in enumerate(GRID)}
HAND, RANDOM, TPE = "by hand", "random", "tpe"
UP, DOWN = "grid from its small end", "grid from its large end"
"""Values of a grid stand in ascending order, so that its loops begin with the smallest models; or in the other one."""
WAYS = (HAND, TPE, UP, DOWN, RANDOM)


class Search(Protocol):
    """What a way does: see ``problem.search.Searcher.search``."""

    def __call__(self, score: Score, tries: int) -> Settings: ...


class Trail(NamedTuple):
    """The settings that a way tried, in its order: ``places`` in the grid; ``seconds``: CPU of its own thinking."""

    places: list[int]
    seconds: float


def list_ways(sides: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[[int], Search]]:
    """By way, what makes a search of a seed; ``sides``: the searchers of both sides, by card."""
    by_hand, by_optuna = sides["tuned_by_hand"], sides["parameter_search"]
    return {
        HAND: lambda seed: by_hand(seed=seed).search,
        UP: lambda seed: _walk_grid(seed, down=False),
        DOWN: lambda seed: _walk_grid(seed, down=True),
        RANDOM: lambda seed: by_optuna(seed=seed, sampler="random").search,
        TPE: lambda seed: by_optuna(seed=seed).search,
    }


def _walk_grid(seed: int, down: bool) -> Search:
    """Loops in loops over all values, ascending or ``down``; the seed says which loop is the outer one."""
    names = Random(seed).sample(list(SPACE), len(SPACE))

    def search(score: Score, tries: int) -> Settings:
        ordered = sorted(GRID, key=lambda settings: [getattr(settings, name) for name in names], reverse=down)
        return min(ordered[:tries], key=score)

    return search


def follow(search: Search, losses: Sums, tries: int) -> Trail:
    """The trail of a search to which these losses are told, one for each settings of the grid."""
    places: list[int] = []

    def look(settings: Settings) -> float:
        places.append(PLACE[settings])
        return float(losses[PLACE[settings]])

    began = time.process_time()
    search(look, tries)
    return Trail(places, time.process_time() - began)


def place_windows(count: int, days: int, judged: int, seed: int = 0) -> list[tuple[int, int]]:
    """First days of two windows, the second after the end of the first, so many times."""
    random = np.random.default_rng([seed, days])
    placed = []
    for _ in range(count):
        earlier = int(random.integers(0, judged - 2 * days + 1))
        placed.append((earlier, int(random.integers(earlier + days, judged - days + 1))))
    return placed


def replay_ways(table: Table, ways: Mapping[str, Callable[[int], Search]]) -> dict[str, list[Trail]]:
    """By way, its trail for every seed, told the losses of four weeks at a place of the seed's own."""
    windows = place_windows(SEEDS, DAYS, table.judged)
    told = [table.mean(first, DAYS) for _, first in windows]
    return {way: [follow(make(seed), told[seed], len(GRID)) for seed in range(SEEDS)] for way, make in ways.items()}


def choose(trail: Trail, losses: Sums, work: Sums, budget: float) -> int:
    """The place of the best that was tried until the work is spent; the first try is always made."""
    spent = np.cumsum(work[trail.places])
    tried = trail.places[: max(1, int(np.searchsorted(spent, budget, side="right")))]
    return min(tried, key=lambda place: float(losses[place]))


def choose_all(table: Table, trails: Mapping[str, list[Trail]]) -> dict[tuple[str, int], list[int]]:
    """By way and budget, what was chosen by each seed."""
    told = [table.mean(first, DAYS) for _, first in place_windows(SEEDS, DAYS, table.judged)]
    return {
        (way, budget): [choose(trail, losses, table.work, budget) for trail, losses in zip(of, told, strict=True)]
        for way, of in trails.items()
        for budget in BUDGETS
    }
