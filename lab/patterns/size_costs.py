"""What a model's answer takes by its size: asked about one flight, about many at once, and in a window of time."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from measure.data.rounds import judge_rounds
from parts.vector_models.compiled_scoring import by_graph
from parts.vector_models.vector_scoring import Score, by_pipeline
from problem.too_big import Row

ALONE, TOGETHER = 30, 512
"""Calls a round about one flight each; flights that are asked about at once."""
RATIO = 1.25
"""A ratio of times, in every round, as in PREDICTIONS.md."""
WINDOW, SHORT = 15 * 60.0, 0.7
"""Seconds until the next refresh of the features; of the window that is really overrun."""
FEW, OVER = 10, 2
"""Flights from which it is foreseen how many it holds, one at a time; and how many times as many there are."""


def open_scorers(models: Mapping[str, Any], compiled: Sequence[str]) -> dict[str, Score]:
    """By size, and once more for those that can be compiled, what answers."""
    graphs = {f"{name}, compiled": by_graph(models[name]) for name in compiled}
    return {name: by_pipeline(model) for name, model in models.items()} | graphs


def time_sizes(scorers: Mapping[str, Score], rows: Sequence[Row], rounds: int) -> dict[str, Any]:
    """By size, over rounds by turns: p50 and p99 in ms of a flight by itself, over all calls of all rounds; ms a flight
    among many, by rounds; and the ratio of the two, with the word for asking together."""
    alone: dict[str, list[list[float]]] = {name: [] for name in scorers}
    together: dict[str, list[float]] = {name: [] for name in scorers}
    for score in scorers.values():
        score(rows[:TOGETHER])  # the first call is another one
    for number in range(rounds):
        for name in [*scorers][:: 1 if number % 2 == 0 else -1]:
            alone[name].append([time_call(scorers[name], [row]) for row in rows[:ALONE]])
            together[name].append(time_call(scorers[name], rows[:TOGETHER]) / min(TOGETHER, len(rows)))
    return {name: _describe(alone[name], together[name]) for name in scorers}


def time_call(score: Score, rows: Sequence[Row]) -> float:
    """Seconds."""
    began = time.perf_counter()
    score(rows)
    return time.perf_counter() - began


def _describe(alone: Sequence[Sequence[float]], together: Sequence[float]) -> dict[str, Any]:
    p50, p99 = (float(each) * 1000 for each in np.quantile(np.ravel(alone), [0.5, 0.99], method="inverted_cdf"))
    ratios = [many / float(np.mean(one)) for one, many in zip(alone, together, strict=True)]
    return {
        "p50": p50,
        "p99": p99,
        "together": [each * 1000 for each in together],
        "ratio": {"value": float(np.median(ratios)), "low": min(ratios), "high": max(ratios)},
        "word": judge_rounds(ratios, RATIO).value,
        "window": {"alone": WINDOW / float(np.mean(alone)), "together": WINDOW / float(np.mean(together))},
    }


def overrun(score: Score, rows: Sequence[Row], rounds: int) -> dict[str, list[float]]:
    """By way, over rounds, the share of flights that have an answer when a short window is over, where there are
    ``OVER`` times as many as it holds of one at a time."""
    found: dict[str, list[float]] = {"alone": [], "together": []}
    flights = [rows[number % len(rows)] for number in range(_count_flights(score, rows))]
    for _ in range(rounds):
        for way, most in (("alone", 1), ("together", TOGETHER)):
            found[way].append(_answer_in_window(score, flights, most) / len(flights))
    return found


def _count_flights(score: Score, rows: Sequence[Row]) -> int:
    each = np.mean([time_call(score, [row]) for row in rows[:FEW]])
    return max(2, round(OVER * SHORT / float(each)))


def _answer_in_window(score: Score, flights: Sequence[Row], most: int) -> int:
    """How many are answered in time; a batch that ends late has answered none of its own."""
    until, done = time.perf_counter() + SHORT, 0
    for start in range(0, len(flights), most):
        score(flights[start : start + most])
        if time.perf_counter() > until:
            break
        done = min(start + most, len(flights))
    return done
