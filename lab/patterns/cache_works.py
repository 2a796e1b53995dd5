"""What a cache may save: planted waits, two ways to ask a model about one vector, and reads from SQLite."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from lab.patterns.cache_rounds import KINDS, ROUNDS, Caches, Work, wait
from lab.patterns.question_stream import Stream
from parts.model_export.graph_scoring import Score, open_graph
from parts.model_export.onnx_export import export_model
from parts.model_export.pipeline_scoring import open_pipeline
from problem.asked_again import Champion, Row, Stored, make_vector
from reference.serving.prediction_cache.answerer import WIDTH, make_key
from reference.serving.prediction_cache.buckets import Buckets

PLANTED = (5, 20, 80, 320, 1280)
"""Microseconds: the dial."""
UNIT_MICROS = 80
UNIT = f"planted wait of {UNIT_MICROS} µs"
"""Tells what a part takes in planted microseconds."""
ONNX, TABLE, SQLITE = "ONNX Runtime", "scikit-learn pipeline", "SQLite"


def make_predictions(model: Pipeline, stream: Stream) -> list[Work]:
    """Rows are at hand; a prediction takes so long."""
    real = {ONNX: (_open_exported(model), 30), TABLE: (open_pipeline(model), 4000)}
    fetch = stream.rows.__getitem__
    planted = [Work(micros, fetch, _wait_and_say(micros), micros) for micros in PLANTED]
    return planted + [Work(name, fetch, score, micros) for name, (score, micros) in real.items()]


def make_reads(fetch: Callable[[int], Row], stream: Stream) -> list[Work]:
    """A prediction takes no time; to read a row takes so long. ``fetch``: from SQLite."""
    planted = [Work(micros, _wait_and_fetch(micros, stream.rows), _say, micros) for micros in PLANTED]
    return [*planted, Work(SQLITE, fetch, _say, 40)]


def measure_parts(
    model: Pipeline, stream: Stream, buckets: Buckets, caches: Caches, rounds: int = ROUNDS
) -> dict[str, float]:
    """By part of a look-up, how long it takes over one prediction of ONNX Runtime: medians of rounds."""
    vectors = [make_vector(stream.rows[each.flight_id], each) for each in stream.questions]
    champion, stored = Champion("late/1", _say), Stored(0.0, stream.rows.__getitem__)
    keys = [make_key(champion, stored, each, WIDTH) for each in stream.questions]
    calls: dict[str, tuple[Callable[[Any], object], Sequence[Any]]] = {
        ONNX: (_open_exported(model), vectors),
        UNIT: (lambda vector: wait(UNIT_MICROS), vectors),
        "key of flight": (lambda question: make_key(champion, stored, question, WIDTH), stream.questions),
        "key of features": (lambda vector: ":".join(buckets.find_codes(vector)), vectors),
    }
    opened = {kind: caches.open(kind) for kind in KINDS}
    for kind, cache in opened.items():
        calls[f"put, {kind}"] = (lambda key, of=cache: of.put(key, 0.25, WIDTH), keys)  # type: ignore[misc]
        calls[f"get, {kind}"] = (lambda key, of=cache: of.get(key), keys)  # type: ignore[misc]
    taken = [{name: _time_each(call, over) for name, (call, over) in calls.items()} for _ in range(rounds)]
    for cache in opened.values():
        cache.close()
    return {name: float(np.median([each[name] / each[ONNX] for each in taken])) for name in calls}


def foresee_turn(parts: Mapping[str, float], key: str, kind: str, hits: float) -> float:
    """The cost of a prediction from which a cache saves anything, in planted microseconds: a look-up for every
    question, and a put for every miss, are paid by the hits. ``parts``: see ``measure_parts``."""
    paid = parts[key] + parts[f"get, {kind}"] + (1 - hits) * parts[f"put, {kind}"]
    return paid / hits / parts[UNIT] * UNIT_MICROS


def _open_exported(model: Pipeline) -> Score:
    return open_graph(export_model(model).SerializeToString())


def _time_each(call: Callable[[Any], object], over: Sequence[Any]) -> float:
    began = time.perf_counter()
    for each in over:
        call(each)
    return (time.perf_counter() - began) / len(over)


def _say(vector: Row) -> float:
    return 0.25


def _wait_and_say(micros: float) -> Score:
    def score(vector: Row) -> float:
        wait(micros)
        return 0.25

    return score


def _wait_and_fetch(micros: float, rows: Mapping[int, Row]) -> Callable[[int], Row]:
    def fetch(flight_id: int) -> Row:
        wait(micros)
        return rows[flight_id]

    return fetch
