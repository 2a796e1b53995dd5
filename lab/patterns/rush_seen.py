"""What callers saw: of each question how long it waited and who answered it, and the figures that follow from that."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lab.load.load_result import OK, Floats
from problem.rush import PATIENCE

REFUSED = 503
TAIL = 2.0
"""Seconds without a loss at the end of a run, without which an arm has not recovered."""
PATIENCES = (0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds for which an answer could be of use: a dial that is turned afterwards."""
Flags = NDArray[np.bool_]


class Asked(NamedTuple):
    """By question: seconds from the run's begin until it was due, seconds until its answer, the status, and whether the
    table answered. ``lag``: ms by which the generator was late with one in a hundred."""

    due: Floats
    waits: Floats
    statuses: NDArray[np.int64]
    table: Flags
    lag: float

    def take(self, which: Flags) -> "Asked":
        """Some of the questions."""
        return Asked(self.due[which], self.waits[which], self.statuses[which], self.table[which], self.lag)

    def join(self, others: Sequence["Asked"]) -> "Asked":
        """These and others, as if asked together."""
        whole = [self, *others]
        columns = [np.concatenate([getattr(each, name) for each in whole]) for name in self._fields[:-1]]
        return Asked._make([*columns, max(each.lag for each in whole)])

    @property
    def is_answered(self) -> Flags:
        """Answered at all, however late."""
        return self.statuses == OK

    @property
    def is_good(self) -> Flags:
        """Answered while it was of use."""
        return self.is_answered & (self.waits <= PATIENCE)

    @property
    def is_good_by_model(self) -> Flags:
        """The same, by the model."""
        return self.is_good & ~self.table


def describe(asked: Asked) -> dict[str, Any]:
    """Shares of the questions: good by the model, good by the table, and refused, all within ``PATIENCE``."""
    return {
        "asked": len(asked.due),
        "model": share(asked.is_good_by_model),
        "table": share(asked.is_good & asked.table),
        "refused": share((asked.statuses == REFUSED) & (asked.waits <= PATIENCE)),
    }


def describe_late(asked: Asked) -> dict[str, Any]:
    """What came after ``PATIENCE``, of questions that were left alone until callers hung up: shares refused (``told
    late``), answered (``late``), and without either; seconds of the 99th percentile of what was answered (None: nothing
    was), and until the mean caller knew; by patience, the share that the model answered in so many seconds.
    """
    answered, good = asked.is_answered, asked.is_good
    by_model = answered & ~asked.table
    refused = asked.statuses == REFUSED
    return {
        "told late": share(refused & (asked.waits > PATIENCE)),
        "late": share(answered & ~good),
        "lost": share(~answered & ~refused),
        "p99": find_p99(asked.waits[answered]),
        "waited": float(asked.waits.mean()),
        "patient": {str(seconds): share(by_model & (asked.waits <= seconds)) for seconds in PATIENCES},
    }


def share(which: Flags) -> float:
    """The share that is so."""
    return float(which.mean())


def find_p99(waits: Floats) -> float | None:
    """The wait that one in a hundred exceeds; None for none."""
    return float(np.quantile(waits, 0.99, method="inverted_cdf")) if len(waits) else None


def find_recovery(asked: Asked, end: float, is_good: Flags) -> float | None:
    """Seconds from ``end`` to when the last question was due that was not good, 0 if all were; None if there is one
    within the last ``TAIL`` seconds."""
    bad = asked.due[(asked.due >= end) & ~is_good]
    if not len(bad):
        return 0.0
    last = float(bad.max())
    return last - end if last < asked.due[-1] - TAIL else None
