"""What a cache costs: the price of a prediction, and of a read, from which keeping it saves a caller's time."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

from lab.patterns.asked_flights import RELEASES, fit, make_extract
from lab.patterns.cache_rounds import KINDS, NONE, ROUNDS, WARMED, Caches, compare, find_crossing
from lab.patterns.cache_verdicts import find_turn
from lab.patterns.cache_works import ONNX, foresee_turn, make_predictions, make_reads, measure_parts
from lab.patterns.feature_tables import FeatureTables
from lab.patterns.question_stream import Stream, make_stream
from measure.data.comparison import Word
from problem.facts import load_facts
from reference.serving.prediction_cache import answerer as prediction_cache
from reference.serving.prediction_cache.buckets import cut
from reference.systems.fti.adapters.engines.local_redis import redis_server

ALONE = True
BUCKETS = 16
KEPT, DATA_CACHE = "prediction cache", "data cache"
Row = Mapping[str, Any]


def measure(folder: Path, sides: Mapping[str, ModuleType]) -> dict[str, Any]:
    """Ratios of time without a cache over time with it, for predictions and for reads, in three kinds of cache."""
    facts = load_facts()
    extract, stream = make_extract(facts, RELEASES[0]), make_stream(facts)
    make = {name: import_module(f"{side.__name__}.answerer").Answerer for name, side in sides.items()}
    with redis_server() as address:
        found = measure_all(stream, extract, make, Caches(folder / "caches", address), folder / "store.db")
    return {"headline": tell(found), **found}


def measure_all(
    stream: Stream, extract: pd.DataFrame, make: Mapping[str, Any], caches: Caches, store: Path, rounds: int = ROUNDS
) -> dict[str, Any]:
    """The figures, from a stream of questions; ``make``: by side, its answerer."""
    model, without, tables = fit(extract), {NONE: make["fetched_every_time"]}, FeatureTables(store, stream.table)
    reading = {DATA_CACHE: make["data_cache"], f"{DATA_CACHE}, {WARMED}": make["data_cache"]}
    predictions, reads = make_predictions(model, stream), make_reads(tables.fetch, stream)
    rows = [
        *compare(predictions, without | {KEPT: prediction_cache.Answerer}, caches, stream.choose, rounds),
        *compare(reads, without | reading, caches, stream.choose, rounds),
    ]
    tables.close()
    parts = measure_parts(model, stream, cut(extract, BUCKETS), caches, rounds)
    return {"rows": rows, "parts": parts, "hits": stream.count_hits(), "turns": find_turns(rows, parts, stream)}


def find_turns(rows: Sequence[Row], parts: Mapping[str, float], stream: Stream) -> list[dict[str, Any]]:
    """By way and kind of cache, in planted microseconds: from which cost on it is better in every round, where it
    neither saves nor costs time, and, for the key of a flight, where that was to be expected from the parts."""
    turns = []
    for way, kind in dict.fromkeys((row["way"], row["cache"]) for row in rows):
        own = [row for row in rows if (row["way"], row["cache"]) == (way, kind)]
        planted = [row for row in own if not isinstance(row["work"], str)]
        found = {"better": find_turn(planted, "work", Word.BETTER), "crossing": find_crossing(own)}
        expected = foresee_turn(parts, "key of flight", kind, stream.count_hits()) if way == KEPT else None
        turns.append({"way": way, "cache": kind, "expected": expected} | found)
    return turns


def tell(found: Mapping[str, Any]) -> str:
    """The result in one line."""
    said = []
    for kind in KINDS:
        (turn,) = (row for row in found["turns"] if (row["way"], row["cache"]) == (KEPT, kind))
        (onnx,) = (row for row in found["rows"] if (row["way"], row["cache"], row["work"]) == (KEPT, kind, ONNX))
        pays = "pays nowhere" if turn["better"] is None else f"pays from {turn['better']:g} µs a prediction on"
        said.append(f"{kind} {pays} (ONNX Runtime: {onnx['value']:.2f} times as fast as without)")
    return f"at {found['hits']:.0%} hits, a prediction cache in " + "; ".join(said)
