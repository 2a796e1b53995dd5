"""What one run saw: a latency and a status per request, and the figures that follow from them."""

from dataclasses import dataclass
from math import inf, isfinite
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BeforeValidator, PlainSerializer, TypeAdapter
from pydantic.dataclasses import dataclass as kept_dataclass

Floats = npt.NDArray[np.float64]
OK = 200
NO_ANSWER, NO_CONNECTION = 0, -1
"""What stands for a status where none came: given up, and refused or broken off."""
NAMES = {NO_ANSWER: "no answer in time", NO_CONNECTION: "no connection"}
DEADLINE = 250.0
"""Milliseconds within which an answer is of use to whoever waits for it, unless said otherwise."""
SHARES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.015, 0.01, 0.007, 0.005,
          0.003, 0.002, 0.001)  # fmt: skip


KeptNumber = Annotated[
    int | float,
    BeforeValidator(lambda kept: inf if kept is None else kept),
    PlainSerializer(lambda number: round(number, 3) if isfinite(number) else None),
]
"""A number that a JSON file has with three digits behind the point, and as null where it is infinite."""


def to_json(kept: Any) -> dict[str, Any]:
    """A ``kept_dataclass`` for a JSON file; ``type(kept)(**record)`` reads it again."""
    record: dict[str, Any] = TypeAdapter(type(kept)).dump_python(kept, mode="json")
    return record


@kept_dataclass(frozen=True)
class Tail:
    """A distribution of waits, small enough to keep.

    ``ms[i]``: the wait that a share ``shares[i]`` of ``requests`` exceeded at most; infinite: no answer.
    """

    requests: int
    shares: tuple[float, ...]
    ms: tuple[KeptNumber, ...]

    @classmethod
    def of(cls, waits: Floats) -> "Tail":
        """The tail of measured waits, down to the share that one request in so many can tell."""
        shares = tuple(share for share in SHARES if share * len(waits) >= 1)
        ms = np.quantile(waits, [1 - share for share in shares], method="inverted_cdf")
        return cls(len(waits), shares, tuple(ms.tolist()))

    def at(self, quantile: float) -> float:
        """The wait in ms at a quantile of the ladder, such as 0.99; raises ``KeyError`` for another one."""
        for share, ms in zip(self.shares, self.ms, strict=True):
            if abs(share - (1 - quantile)) < 1e-9:
                return ms
        raise KeyError(f"no share {1 - quantile:g} among those kept for {self.requests} requests")


@dataclass(frozen=True)
class Result:
    """One run, one element a request in the order sent.

    ``latencies`` in ms: in an open loop from the instant at which the request was due, in a closed loop from the
    instant at which it was sent. ``sent`` and ``due`` are seconds since the run began. ``statuses``: HTTP, or the two
    above. ``offered`` is requests a second, None in a closed loop, which offers what it gets. ``seconds`` is the time
    over which requests were due or sent; ``cpu`` are CPU seconds of the generator.
    """

    kind: Literal["open", "closed"]
    offered: float | None
    seconds: float
    due: Floats
    sent: Floats
    latencies: Floats
    statuses: npt.NDArray[np.int64]
    cpu: float

    @property
    def waits(self) -> Floats:
        """Latencies in ms; infinite for a request without a good answer, or the quick refusals would look fast."""
        return np.where(self.statuses == OK, self.latencies, np.inf)

    def quantile(self, share: float) -> float:
        """The wait in ms that so large a share of requests did not exceed: one that was measured, or infinite."""
        return float(np.quantile(self.waits, share, method="inverted_cdf"))

    @property
    def tail(self) -> Tail:
        """The whole distribution of waits."""
        return Tail.of(self.waits)

    @property
    def lag(self) -> float:
        """Milliseconds by which the generator itself was late with one request in a hundred: it should be next to 0."""
        return float(np.quantile(self.sent - self.due, 0.99, method="inverted_cdf") * 1000)

    @property
    def answered(self) -> float:
        """Good answers a second, from the first request to the last answer."""
        last = float(np.max(self.due + self.latencies / 1000))
        return float(np.sum(self.statuses == OK)) / max(last, self.seconds)

    def goodput(self, deadline: float = DEADLINE) -> float:
        """Good answers within ``deadline`` ms, per second in which requests were sent."""
        return float(np.sum((self.statuses == OK) & (self.latencies <= deadline))) / self.seconds

    @property
    def failures(self) -> dict[int, int]:
        """How often each status other than 200 came."""
        kinds, counts = np.unique(self.statuses[self.statuses != OK], return_counts=True)
        return dict(zip(kinds.tolist(), counts.tolist(), strict=True))

    def describe(self, deadline: float) -> str:
        """One line: rate, quantiles of the wait, answers within ``deadline`` ms, failures, the generator's lateness."""
        offered = f"{self.offered:g}/s offered" if self.offered else "as it comes"
        waits = "  ".join(f"p{share:g} {self.quantile(share / 100):.1f}" for share in (50, 95, 99))
        failed = "".join(f"; {NAMES.get(status, status)}: {count}" for status, count in self.failures.items())
        return (
            f"{self.kind:6} {offered:>15}, {self.answered:.1f}/s answered  {waits} ms  "
            f"good {self.goodput(deadline):.1f}/s{failed}  (generator late by {self.lag:.1f} ms)"
        )
