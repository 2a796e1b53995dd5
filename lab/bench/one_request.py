"""One request at a time to each service by turns: what a caller waits when nobody else asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lab.load.closed_loop import closed_loop
from lab.load.endpoint import Endpoint
from lab.load.load_result import Floats, Result
from lab.load.tail import Tail

QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
WARM_UP = 100


@dataclass
class Turns:
    """The runs of each service, one a round; all rounds are kept."""

    runs: dict[str, list[Result]] = field(default_factory=dict)

    def add(self, name: str, run: Result) -> None:
        """Take in a round of a service."""
        self.runs.setdefault(name, []).append(run)

    def waits(self, name: str) -> Floats:
        """The waits of all rounds, in ms."""
        return np.concatenate([run.waits for run in self.runs[name]])

    def rounds(self, name: str, quantile: float) -> list[float]:
        """That quantile in ms, a round each."""
        return [run.quantile(quantile) for run in self.runs[name]]

    def ratio(self, name: str, base: str, quantile: float) -> dict[str, float]:
        """The quantile over all rounds as a ratio to that of ``base``, and the extremes of the rounds' own ratios."""
        above, below = (np.quantile(self.waits(of), quantile, method="inverted_cdf") for of in (name, base))
        each = [x / y for x, y in zip(self.rounds(name, quantile), self.rounds(base, quantile), strict=True)]
        return {"ratio": float(above / below), "low": min(each), "high": max(each), "rounds": len(each)}

    def record(self) -> dict[str, Any]:
        """For a JSON file: per service the tail over all rounds and every round's quantiles, in ms."""
        return {
            name: Tail.of(self.waits(name)).record()
            | {
                "mean": round(float(np.mean(self.waits(name))), 3),
                "failed": sum(sum(run.failures.values()) for run in runs),
                "rounds": {key: [round(ms, 3) for ms in self.rounds(name, at)] for key, at in QUANTILES.items()},
            }
            for name, runs in self.runs.items()
        }


def warm_up(endpoint: Endpoint) -> None:
    """Ask until models are loaded and caches filled."""
    closed_loop(endpoint, 1, WARM_UP)


def turn(endpoints: Mapping[str, Endpoint], number: int, requests: int, turns: Turns) -> None:
    """One round: ``requests`` requests to each service, every other round in the opposite order."""
    names: Sequence[str] = list(endpoints)
    for name in names[:: -1 if number % 2 else 1]:
        turns.add(name, closed_loop(endpoints[name], 1, requests))
