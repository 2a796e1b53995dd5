"""What the measurements of one run say: ratios, equality of values, a table to print."""

from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from lab.bench.bounded_child import Measurement

BARE = ("polars", "duckdb_asof", "pandas")


@dataclass(frozen=True)
class Scoreboard:
    """All measurements of one run; `rows` is the full size, `shared` what Feast's store survived."""

    done: list[Measurement]
    rows: int
    shared: int

    def per_row(self, join: str, rows: int) -> list[float]:
        """Microseconds per entity row, one number per round."""
        mine = [one for one in self.done if (one.join, one.rows) == (join, rows)]
        return [1e6 * one.seconds / rows for one in mine if one.seconds is not None]

    def equal(self, join: str, rows: int) -> bool:
        """Whether `join` answered and every value in each of its answers is the same as in ours."""
        answers = {name: {one.values for one in self.done if (one.join, one.rows) == (name, rows)} - {None}
                   for name in ("ours", join)}  # fmt: skip
        return len(answers["ours"]) == 1 and answers["ours"] == answers[join]

    def ratios(self) -> dict[str, dict[str, float] | None]:
        stock, ours = self.per_row("stock", self.shared), self.per_row("ours", self.rows)
        return {
            "stock / ours, per row, each at its largest": _spread(stock, ours),
            f"stock / ours, {self.shared:,} rows": _spread(stock, self.per_row("ours", self.shared)),
            **{f"ours / {join}, {self.rows:,} rows": _spread(ours, self.per_row(join, self.rows)) for join in BARE},
        }

    def summary(self) -> dict[str, Any]:
        equal = {"stock": self.equal("stock", self.shared)} | {join: self.equal(join, self.rows) for join in BARE}
        return {
            "rows": self.rows,
            "largest_stock_survives": self.shared,
            "ratios": self.ratios(),
            "equal_values": equal,
            "measurements": [asdict(one) for one in self.done],
        }

    def show(self, console: Console) -> None:
        table = Table("join", "rows", "seconds (median)", "µs per row", "peak MB", "rounds")
        for join, rows in dict.fromkeys((one.join, one.rows) for one in self.done if not one.failure):
            times = self.per_row(join, rows)
            peak = max(one.peak_mb or 0 for one in self.done if (one.join, one.rows) == (join, rows))
            seconds, per_row = f"{median(times) * rows / 1e6:.3f}", f"{median(times):.2f}"
            table.add_row(join, f"{rows:,}", seconds, per_row, f"{peak:,.0f}", str(len(times)))
        console.print(table)
        for name, ratio in self.ratios().items():
            if ratio:
                console.print(f"{name:44} {ratio['ratio']:8.2f}  ({ratio['low']:.2f} to {ratio['high']:.2f})")


def _spread(above: list[float], below: list[float]) -> dict[str, float] | None:
    """The ratio of the medians and the extremes over all pairs of rounds; None if either side has none."""
    if not above or not below:
        return None
    return {
        "ratio": median(above) / median(below),
        "low": min(above) / max(below),
        "high": max(above) / min(below),
    }
