"""A week of a model that is trained again from time to time: what the trainer is handed, and the door of a trainer.

The nightly question of the study (batch), cut into weeks that begin on Mondays, New York time.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import pandas as pd

TOLERANCE = 0.005
"""By how many nats a candidate may lose against the model in force and still be let out."""


class Week(NamedTuple):
    """What is there on a Monday morning: ``number`` of the week that begins.

    ``extract``: the vectors of the last weeks (``FEATURES``) with ``late`` as the warehouse has it now, and ``week``,
    the number of the week that a row belongs to. ``complete``: the rows of the last week as they will read once all
    outcomes are in, some days later. ``losses``: mean log loss in nats of the model in force, by week since its release.
    """

    number: int
    extract: pd.DataFrame
    complete: pd.DataFrame
    losses: Sequence[float]


class Outcome(NamedTuple):
    """What a trainer did: ``trained`` a candidate, and the days until it answers (None: it was not let out)."""

    trained: bool
    days_until_release: int | None


class Trainer(Protocol):
    """The door of every way to train again. A trainer is an object for each installation, its models under ``home``."""

    days_until_release: int
    looks_at_complete_rows: bool

    def __init__(self, home: Path) -> None: ...

    def is_due(self, losses: Sequence[float]) -> bool:
        """Whether to train on a Monday, from the losses of the model in force, one a week; none before the first."""

    def lets_out(self, candidate: float, in_force: float) -> bool:
        """Whether a candidate may answer, from the log losses of both on the last week's rows."""

    def run(self, week: Week) -> Outcome:
        """Train if it is due, and release what may answer. Raises ``ValueError`` for an extract without rows."""
