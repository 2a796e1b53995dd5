"""A distribution of waits, small enough to keep: which wait do so many requests exceed?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

SHARES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.015, 0.01, 0.007, 0.005,
          0.003, 0.002, 0.001)  # fmt: skip


@dataclass(frozen=True)
class Tail:
    """``ms[i]``: the wait that a share ``shares[i]`` of ``requests`` exceeded at most; infinite: no answer."""

    requests: int
    shares: tuple[float, ...]
    ms: tuple[float, ...]

    @classmethod
    def of(cls, waits: npt.NDArray[np.float64]) -> "Tail":
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

    def record(self) -> dict[str, Any]:
        """For a JSON file: rounded to a microsecond, null for infinite."""
        ms = [round(wait, 3) if np.isfinite(wait) else None for wait in self.ms]
        return {"requests": self.requests, "shares": list(self.shares), "ms": ms}

    @classmethod
    def read(cls, record: dict[str, Any]) -> "Tail":
        """What ``record`` wrote."""
        ms = tuple(float("inf") if wait is None else float(wait) for wait in record["ms"])
        return cls(record["requests"], tuple(record["shares"]), ms)
