"""A model that is trained again from time to time: what a trainer is handed each Monday, and the door of a trainer.

The nightly question of the study (batch), cut into weeks that begin on Mondays, New York time. All trainers fit the
study's learner on the weeks before the last one and have the last one's rows to look at: what differs is when they
train, and who lets a candidate out.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import pandas as pd
from sklearn.pipeline import Pipeline

from problem.contract import FEATURES
from problem.learner import new_learner

TOLERANCE = 0.005
"""By how many nats a candidate may lose against the model in force and still be let out."""


class Week(NamedTuple):
    """What is there on a Monday morning: ``number`` of the week that begins.

    ``rows``: vectors (``FEATURES``) of the weeks to train on, with ``late`` as the warehouse has it now; ``last``:
    those of the week that has just ended, likewise. ``complete``: the last week's rows as they read some days later,
    when all outcomes are in. ``losses``: mean log loss in nats of the model in force, one a week since its release.
    """

    number: int
    rows: pd.DataFrame
    last: pd.DataFrame
    complete: pd.DataFrame
    losses: Sequence[float]


class Outcome(NamedTuple):
    """What a trainer did: whether it ``trained`` a candidate, and whether that was ``released``."""

    trained: bool
    released: bool


class Trainer(Protocol):
    """The door of every way to train again. A trainer is an object for each installation, its models under ``home``.

    ``days_until_release``: how long a candidate waits for whoever lets it out; ``waits_for_outcomes``: whether that
    one looks at the last week's rows when their outcomes are complete, or as they are on the Monday.
    """

    days_until_release: int
    waits_for_outcomes: bool

    def __init__(self, home: Path) -> None: ...

    def is_due(self, losses: Sequence[float]) -> bool:
        """Whether to train on a Monday, from the losses of the model in force, one a week; none before the first."""

    def lets_out(self, candidate: float, in_force: float) -> bool:
        """Whether a candidate may answer, from the log losses of both on the rows that its judge looks at."""

    def run(self, week: Week) -> Outcome:
        """Train if it is due, and release what may answer. Raises ``ValueError`` for a week without rows."""


def fit(week: Week) -> Pipeline:
    """The study's learner on the week's training rows; raises ``ValueError`` if there are none."""
    if week.rows.empty:
        raise ValueError(f"week {week.number}: the extract has no rows, nothing was trained")
    return new_learner("late").fit(week.rows[list(FEATURES)], week.rows["late"])
