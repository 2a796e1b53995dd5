"""What a training-set read costs: five feature views as of 336,776 instants.

`python -m lab.bench.point_in_time` compares the as-of store (`ours`) with Feast's own DuckDB store (`stock`), on the
largest size that this one answers within the bounds, and with bare as-of joins (Polars, DuckDB, pandas) on all rows.
All take turns in one run, each time in a process of its own; what counts are ratios, and that all give the same values.
The results go to `.study/results/bench.json` (`STUDY_HOME` moves `.study`). Some minutes on 2 cores; nothing is
asserted.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from lab.bench.bench_results import keep
from lab.bench.bounded_child import Bounds, Measurement, measure
from lab.bench.feast_repositories import STORES, apply_repository
from lab.bench.flight_tables import ENTITY_ROWS, VIEWS, VIEWS_WITH_TTL, ViewShape, write_tables
from lab.bench.scoreboard import BARE, Scoreboard

SIZES = (1_000, 2_000, 5_000, 10_000, 20_000, 40_000, 80_000, 160_000)
PART = "point_in_time"


@dataclass
class Bench:
    """One run: its limits and every measurement so far."""

    tables: Path
    views: tuple[ViewShape, ...]
    bounds: Bounds
    console: Console
    done: list[Measurement] = field(default_factory=list)

    def measure(self, join: str, rows: int) -> Measurement:
        with self.console.status(f"{join}: {rows:,} rows"):
            result = measure(join, self.tables, self.views, rows, self.bounds)
        outcome = result.failure or f"{result.seconds:.2f} s, {result.peak_mb:,.0f} MB"
        self.console.print(f"{join:12} {rows:>8,} rows  {outcome}")
        self.done.append(result)
        return result

    def find_largest_for_stock(self, most: int) -> int:
        """The largest of SIZES and `most` that Feast's own store answers within the bounds; 0 if none."""
        largest = 0
        for rows in [size for size in SIZES if size < most] + [most]:
            if self.measure("stock", rows).failure:
                break
            largest = rows
        return largest


def run(bench: Bench, rows: int, rounds: int) -> Scoreboard:
    """Find the size that Feast's store survives, then let all take turns `rounds` times (Feast's once)."""
    shared = bench.find_largest_for_stock(rows)
    for number in range(rounds):
        for join in ("ours", *BARE):
            bench.measure(join, rows)
        if shared:
            bench.measure("ours", shared)
        if shared and number == 0:
            bench.measure("stock", shared)
    return Scoreboard(bench.done, rows, shared)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(
        prog="python -m lab.bench.point_in_time", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--budget", type=float, default=60, help="seconds that one measurement may take")
    parser.add_argument("--memory", type=float, default=8_000, help="MB that one measurement may hold")
    parser.add_argument("--rows", type=int, default=ENTITY_ROWS, help="entity rows")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ttl", action="store_true", help="views with a TTL, which spares Feast's store most rows")
    options = parser.parse_args(arguments)
    views = VIEWS_WITH_TTL if options.ttl else VIEWS
    with TemporaryDirectory() as folder:
        bench = Bench(Path(folder), views, Bounds(options.budget, options.memory), Console())
        write_tables(bench.tables, options.rows)
        for store in STORES:
            apply_repository(store, bench.tables, views)
        board = run(bench, options.rows, options.rounds)
    results = {"ttl": options.ttl} | board.summary()
    board.show(bench.console)
    bench.console.print("equal values:", results["equal_values"])
    keep(PART, results)


if __name__ == "__main__":
    from lab.bench.bench_parts import program

    program(PART)
