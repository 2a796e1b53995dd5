"""Do not compute it again: what a cache's key holds, how often it hits then, and what its answers lose."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from lab.patterns.asked_flights import RELEASES, ask, choose_flights, fit, make_extract, make_questions
from lab.patterns.cache_sweeps import Bench
from lab.patterns.cache_verdicts import find_turn
from measure.data.comparison import Word
from problem.facts import load_facts

ROUNDED = 16
"""Buckets a feature, where it is asked why rounding gains."""
EXHIBIT, REFERENCE = "hourly_cache", "prediction_cache"
Row = Mapping[str, Any]


def measure(folder: Path, sides: Mapping[str, ModuleType]) -> dict[str, Any]:
    """Hit rate, old answers and nats lost by key, expiry, refresh, width and crowd."""
    facts = load_facts()
    flights = choose_flights(facts)
    extracts = [make_extract(facts, release) for release in RELEASES]
    bench = Bench(ask(facts, make_questions(flights)), extracts, [fit(rows) for rows in extracts])
    make = {name: import_module(f"{side.__name__}.answerer").Answerer for name, side in sides.items()}
    hourly, versioned = bench.sweep_expiry(make[EXHIBIT]), bench.sweep_width(make[REFERENCE])
    buckets = bench.sweep_buckets()
    more = [fit(make_extract(facts, release, every=1)) for release in RELEASES]
    return {
        "headline": tell(hourly, versioned, buckets),
        "flights": len(flights),
        "questions": len(bench.asked.late),
        "refreshes": bench.sweep_refreshes(),
        "hourly": hourly,
        "versioned": versioned,
        "version_only": bench.sweep_version_only(make[REFERENCE]),
        "buckets": buckets,
        "turns": find_turns(hourly, buckets),
        "rounded": bench.round_weather(more, ROUNDED),
        "crowd": bench.sweep_crowd(make[REFERENCE]),
        "unread": bench.count_unread(),
    }


def find_turns(hourly: Sequence[Row], buckets: Sequence[Row]) -> dict[str, Any]:
    """From which expiry on the exhibit is worse than no cache, and from how many buckets a feature on (fewer are wider)
    a key of features is, by kind of model; None for nowhere."""
    width = [{**row, "width": 1 / row["buckets"]} for row in buckets]
    turns = {"expiry": find_turn(hourly, "expiry", Word.WORSE)}
    for kind in ("as it is", "designed"):
        at = find_turn([row for row in width if row["model"] == kind], "width", Word.WORSE)
        turns[kind] = None if at is None else round(1 / at)
    return turns


def pick_best(rows: Sequence[Row]) -> Row | None:
    """The row with the most hits among those whose answers are no worse than fresh ones by a margin worth having."""
    harmless = [row for row in rows if row["word"] in (Word.NO_DIFFERENCE, Word.BETTER)]
    return max(harmless, key=lambda row: row["hits"], default=None)


def tell(hourly: Sequence[Row], versioned: Sequence[Row], buckets: Sequence[Row]) -> str:
    """The result in one line."""
    hour = hourly[-1]
    usual = [row for row in versioned if row["refresh"] == 15][-1]
    best = pick_best(buckets)
    shared = f"{best['hits']:.0%} at {best['buckets']} a feature, model {best['model']}" if best else "nowhere"
    return (
        f"flight and hour hits {hour['hits']:.0%} and loses {hour['value']:.3f} nats, "
        f"{hour['share']['value']:.0%} of answers stay wrong in the hour after a champion is taken back; "
        f"the versioned key hits {usual['hits']:.0%} and none stay; "
        f"bucketed features hit most without harm: {shared}"
    )
