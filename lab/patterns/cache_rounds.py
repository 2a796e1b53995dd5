"""A caller's time with and without a cache, by turns: the same questions, with dearer and dearer work behind them."""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from measure.data.rounds import judge_rounds
from parts.cache.caches import Cache, open_cache
from problem.asked_again import Answerer, Behind, Champion, Question, Row, Stored

MARGIN = 1.25
"""A ratio of times, in every round, as in PREDICTIONS.md."""
ROUNDS = 4
REFRESH = 15 * 60.0
DAY = 24 * 3600.0
KINDS = ("memory", "disk", "Redis")
NONE, WARMED = "no cache", "warmed"
Make = Callable[[Cache, Behind], Answerer]


class Work(NamedTuple):
    """What a cache may save: a ``name``, or the microseconds that it was planted to take, and how to read and to
    score."""

    name: str | float
    fetch: Callable[[int], Row]
    score: Callable[[Row], float]
    micros: float
    """About how long it takes; by this is chosen how many flights are asked about."""


class Standing:
    """What stands behind a cache here: one champion, one set of rows, and refreshes that only move the clock on."""

    def __init__(self, work: Work) -> None:
        self.champion, self._fetch = Champion("late/1", work.score), work.fetch
        self.stored = Stored(0.0, work.fetch)

    def move_to(self, question: Question) -> bool:
        """Let the features of that moment be there; whether this is a refresh."""
        refreshed_at = question.asked_at // REFRESH * REFRESH
        if refreshed_at == self.stored.refreshed_at:
            return False
        self.stored = Stored(refreshed_at, self._fetch)
        return True


class Caches:
    """New, empty caches of each kind, the one on disk under ``folder``, that in Redis at ``address``."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder, self._address, self._opened = folder, address, 0

    def open(self, kind: str) -> Cache:
        """An empty one; that in Redis is emptied."""
        self._opened += 1
        where = {"disk": f"disk:{self._folder / str(self._opened)}", "Redis": f"redis://{self._address}"}
        opened = open_cache(where.get(kind, "memory"))
        opened.clear()
        return opened


def wait(micros: float) -> None:
    """Work for so long."""
    end = time.perf_counter() + micros / 1e6
    while time.perf_counter() < end:
        pass


def time_answers(
    answerer: Answerer, behind: Standing, questions: Sequence[Question], warm: bool = False
) -> tuple[float, float]:
    """Seconds that callers wait for all answers, one after the other, and seconds of preparing.

    ``warm``: whether flights that leave within a day are prepared at each refresh, while nobody waits.
    """
    leaving = {question.flight_id: question.scheduled_at for question in questions}
    waited = prepared = 0.0
    for question in questions:
        if behind.move_to(question) and warm:
            began, now = time.perf_counter(), behind.stored.refreshed_at
            answerer.warm([each for each, leaves in leaving.items() if now < leaves < now + DAY + REFRESH])
            prepared += time.perf_counter() - began
        began = time.perf_counter()
        answerer.answer(question)
        waited += time.perf_counter() - began
    return waited, prepared


def compare(
    works: Sequence[Work],
    ways: Mapping[str, Make],
    caches: Caches,
    choose: Callable[[Work], Sequence[Question]],
    rounds: int = ROUNDS,
) -> Iterator[dict[str, Any]]:
    """A row for each work, way with a cache, and kind of cache: seconds without one over seconds with it, by rounds.

    ``ways``: by name how to answer; ``NONE`` is the one without a cache. A way whose name ends in "warmed" is.
    ``total``: the same ratio where preparing counts as waiting, median of the rounds.
    """
    for work in works:
        questions = choose(work)
        cells = [(NONE, ""), *((way, kind) for way in ways if way != NONE for kind in KINDS)]
        taken: dict[tuple[str, str], list[tuple[float, float]]] = {cell: [] for cell in cells}
        for turn in range(rounds):
            for way, kind in cells[:: 1 if turn % 2 == 0 else -1]:
                taken[way, kind].append(_time_way(ways[way], way.endswith(WARMED), work, caches.open(kind), questions))
        waited = {cell: np.array(of)[:, 0] for cell, of in taken.items()}
        for way, kind in cells[1:]:
            found = describe_rounds(waited[NONE, ""] / waited[way, kind])
            total = float(np.median(waited[NONE, ""] / np.array(taken[way, kind]).sum(axis=1)))
            yield {"work": work.name, "way": way, "cache": kind, "questions": len(questions), "total": total} | found


def _time_way(make: Make, warm: bool, work: Work, cache: Cache, questions: Sequence[Question]) -> tuple[float, float]:
    behind = Standing(work)
    taken = time_answers(make(cache, behind), behind, questions, warm)
    cache.close()
    return taken


def describe_rounds(ratios: NDArray[np.float64]) -> dict[str, Any]:
    """The median of the rounds' ratios (without over with) with the least and the most, and the word for the cache."""
    told = {"value": float(np.median(ratios)), "low": float(ratios.min()), "high": float(ratios.max())}
    return {"word": judge_rounds(1 / ratios, MARGIN).value} | told


def find_crossing(rows: Sequence[Mapping[str, Any]]) -> float | None:
    """The planted cost in microseconds at which a cache neither saves nor costs time, between two values of the dial on
    a logarithmic scale; None if the ratio does not pass 1 upwards within the dial."""
    planted = [row for row in rows if not isinstance(row["work"], str)]
    for below, above in pairwise(sorted(planted, key=lambda row: row["work"])):
        if below["value"] < 1 <= above["value"]:
            part = math.log(1 / below["value"]) / math.log(above["value"] / below["value"])
            return float(below["work"] * (above["work"] / below["work"]) ** part)
    return None
