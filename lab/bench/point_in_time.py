"""What a training-set read costs: FTI's stored features as of the instant at which each flight was asked about.

`python -m lab.bench.point_in_time` fills a feature store with the year and reads it with our as-of store, with Feast's
own DuckDB store, on the largest size which that one survives, and with bare as-of joins (Polars, pandas). All take
turns in one run, each time in a process of its own; what counts are ratios, and that all give the same values. Some
minutes on 2 cores; nothing is asserted.
"""

import argparse
import hashlib
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import polars as pl
import yaml

from lab.bench.bench_results import CONSOLE, Bench, print_table, take_turns
from lab.bench.pipeline import END, fill
from lab.engine.isolation import Send, run_isolated
from lab.engine.workspace import StudyError
from measure.cost.reuse import Paired
from problem.facts import load_facts
from problem.questions import questions
from reference.systems.fti.feature_repo.definitions import COLUMNS
from reference.systems.fti.stores import CONFIG, FeatureStore

SIZES = (1_000, 2_000, 5_000, 10_000, 20_000, 40_000, 80_000, 160_000)
WARM_UP_ROWS = 100
"""Load lazy modules before the clock starts, for every contestant alike."""
VIEWS = {view: ([key.join_key for key in keys], list(columns)) for view, (keys, columns) in COLUMNS.items()}


def read_ours(home: Path, asked: pd.DataFrame) -> pd.DataFrame:
    """The as-of store of this repository, through Feast."""
    return FeatureStore(home / "features").read_history(asked)


def read_stock(home: Path, asked: pd.DataFrame) -> pd.DataFrame:
    """Feast's own DuckDB store: the same repository but for one line of its configuration."""
    config = home / "stock.yaml"
    config.write_text(yaml.safe_dump(yaml.safe_load(CONFIG.read_text()) | {"offline_store": {"type": "duckdb"}}))
    return FeatureStore(home / "features", config).read_history(asked)


def read_polars(home: Path, asked: pd.DataFrame) -> pd.DataFrame:
    """Polars `join_asof`, nothing around it."""
    joined = pl.from_pandas(asked).with_row_index("row").sort("asked_at")
    for view, (keys, columns) in VIEWS.items():
        rows = pl.read_parquet(home / "features" / "history" / view / "*.parquet").sort("event_timestamp", "created")
        rows = rows.select(*keys, pl.col("event_timestamp").alias("asked_at"), *columns)
        joined = joined.join_asof(rows, on="asked_at", by=keys, check_sortedness=False)
    return joined.sort("row").to_pandas()


def read_pandas(home: Path, asked: pd.DataFrame) -> pd.DataFrame:
    """pandas `merge_asof`, nothing around it."""
    joined = asked.assign(row=range(len(asked))).sort_values("asked_at")
    for view, (keys, columns) in VIEWS.items():
        rows = pd.read_parquet(home / "features" / "history" / view).sort_values(["event_timestamp", "created"])
        rows = rows.rename(columns={"event_timestamp": "asked_at"})[[*keys, "asked_at", *columns]]
        joined = pd.merge_asof(joined, rows.astype(dict.fromkeys(keys, object)), on="asked_at", by=keys)
    return joined.sort_values("row")


READS: dict[str, Callable[[Path, pd.DataFrame], pd.DataFrame]] = {
    "ours": read_ours, "stock": read_stock, "polars": read_polars, "pandas": read_pandas
}  # fmt: skip


def read_in_child(name: str, home: Path, asked: pd.DataFrame, memory_mb: float, send: Send) -> None:
    """Send ``seconds`` of one read, ``peak_mb`` of the whole process, and a digest of all feature ``values``."""
    resource.setrlimit(resource.RLIMIT_DATA, (int(memory_mb * 2**20),) * 2)
    READS[name](home, asked.head(WARM_UP_ROWS))
    start = time.perf_counter()
    table = READS[name](home, asked)
    seconds, peak = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    values = table[[column for _, columns in VIEWS.values() for column in columns]].astype(float)
    hashed = hashlib.sha256(pd.util.hash_pandas_object(values, index=False).to_numpy().tobytes()).hexdigest()
    send({"seconds": seconds, "peak_mb": peak, "values": hashed[:16]})


def measure(name: str, rows: int, home: Path, asked: pd.DataFrame, options: argparse.Namespace) -> dict[str, Any]:
    """A read of so many rows, drawn evenly from the year; ``failure`` says why if it went over its limits."""
    drawn = asked.iloc[:: len(asked) // rows].head(rows)
    (child,) = run_isolated([partial(read_in_child, name, home, drawn, options.memory)], options.budget, at_once=1)
    result = child.results[0] if child.results else {"failure": child.early_end}
    CONSOLE.print(f"  {name:8}{rows:>9,} rows  ", "  ".join(f"{key} {value}" for key, value in result.items()))
    return {"read": f"{name}, {rows:,} rows"} | result


def run(home: Path, asked: pd.DataFrame, options: argparse.Namespace) -> dict[str, Any]:
    """Find what Feast's own store survives, then let all take turns; all measurements, and what they come to."""
    read = partial(measure, home=home, asked=asked, options=options)
    sizes = [*(size for size in SIZES if size < len(asked)), len(asked)]
    shared = max(takewhile(lambda size: "failure" not in read("stock", size), sizes), default=0)
    if not shared:
        raise StudyError(f"Feast's own store does not survive {sizes[0]:,} rows: raise --budget or --memory")
    sides = dict.fromkeys(
        [*((name, len(asked)) for name in READS if name != "stock"), ("ours", shared), ("stock", shared)]
    )
    reads = {f"{name}, {rows:,} rows": partial(read, name, rows) for name, rows in sides}
    turns = [turn for turn in take_turns(reads, options.rounds) if turn[0] == 0 or "stock" not in turn[1]]
    table = pd.DataFrame([{"round": number} | reads[name]() for number, name in turns])
    print_table(table.groupby("read", as_index=False)[["seconds", "peak_mb"]].median())
    pairs = [(f"{name}, {rows:,} rows", f"ours, {rows:,} rows") for name, rows in sides if name != "ours"]
    return {"ratios": [compare(table, *pair) for pair in pairs], "measurements": table.to_dict("records")}


def compare(table: pd.DataFrame, other: str, ours: str) -> dict[str, Any]:
    """The ratio of seconds of another read to ours, with its extremes, and whether all values are ``equal``."""
    spread = Paired(table.pivot(index="round", columns="read", values="seconds")).ratio(other, ours)
    equal = table.loc[table["read"].isin([other, ours]), "values"].nunique(dropna=False) == 1
    CONSOLE.print(f"{other} / {ours}: {spread}; {'equal values' if equal else 'OTHER VALUES'}")
    return {"above": other, "below": ours, "equal": equal, **asdict(spread)}


def measure_year(options: argparse.Namespace) -> dict[str, Any]:
    """Fill a store with the year, and ask about so many flights (``rows``; 0: all), drawn evenly from it."""
    facts = load_facts()
    asked = questions(facts, "real_time")[["flight_id", "asked_at", "origin", "carrier", "dest", "tailnum"]]
    with TemporaryDirectory() as folder:
        fill(Path(folder), facts, END)
        return run(Path(folder), asked.iloc[:: len(asked) // (options.rows or len(asked))], options)


OPTIONS = {"rows": 0, "rounds": 5, "budget": 60.0, "memory": 8_000.0}
"""``budget``, ``memory``: CPU seconds and MB that one measurement may take."""
main = Bench("point_in_time", __doc__, measure_year, OPTIONS).main

if __name__ == "__main__":
    sys.exit(main())
