"""The nightly model, trained by whoever built it, when the operations desk complains.

It was trained once, for the launch, and did well. Its author moved to the next project and kept the script: when the
desk says that the list is off, the script runs on the latest rows, its score is looked at, and the file is copied to
where the old one lay. That was twice last year, and nobody has asked for more.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from parts.model_folder.model_folder import ModelFolder
from problem.weekly import Outcome, Week, fit

NOTICED = 0.05
"""By how many nats answers have to be worse than in the model's first weeks before the desk notices."""
FIRST_WEEKS, LATEST_WEEKS = 4, 2


class Trainer:
    """See ``problem.weekly``. The author finds the time two days after the complaint."""

    days_until_release = 2
    waits_for_outcomes = False

    def __init__(self, home: Path) -> None:
        self.models = ModelFolder(home)

    def is_due(self, losses: Sequence[float]) -> bool:
        """When the latest weeks are clearly worse than the first ones were."""
        if len(losses) < FIRST_WEEKS + LATEST_WEEKS:
            return not losses
        return float(np.mean(losses[-LATEST_WEEKS:]) - np.mean(losses[:FIRST_WEEKS])) > NOTICED

    def lets_out(self, candidate: float, in_force: float) -> bool:
        """Its score looks fine, and somebody is waiting."""
        return True

    def run(self, week: Week) -> Outcome:
        """See the contract."""
        if not self.is_due(week.losses):
            return Outcome(trained=False, released=False)
        version = f"week_{week.number}"
        self.models.put(version, fit(week))
        self.models.release(version)
        return Outcome(trained=True, released=True)
