"""What one run saw: a latency and a status per request, and the figures that follow from them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from lab.load.tail import Tail

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
OK = 200
DEADLINE = 250.0
"""Milliseconds within which an answer is of use to whoever waits for it, unless said otherwise."""


@dataclass(frozen=True)
class Result:
    """One run, one element a request in the order sent.

    ``latencies`` in ms: in an open loop from the instant at which the request was due, in a closed loop from the
    instant at which it was sent. ``sent`` and ``due`` are seconds since the run began. ``statuses``: HTTP, or those of
    ``lab.load.endpoint``. ``offered`` is requests a second, None in a closed loop, which offers what it gets.
    ``seconds``
    is the time over which requests were due or sent; ``cpu`` are CPU seconds of the generator.
    """

    kind: Literal["open", "closed"]
    offered: float | None
    seconds: float
    due: Floats
    sent: Floats
    latencies: Floats
    statuses: Ints
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
