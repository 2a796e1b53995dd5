"""The nightly model, trained every Monday by a schedule, with a gate that holds it against the model in force.

The candidate is fitted on all weeks but the last, and both answer the rows of that one, as the extract has them. Only
then is it fitted on all weeks, and only a candidate that does not lose is released. Nobody has to be there.
"""

from collections.abc import Sequence
from pathlib import Path

from sklearn.metrics import log_loss

from parts.model_folder.model_folder import ModelFolder
from problem.contract import FEATURES
from problem.learner import new_learner
from problem.weekly import TOLERANCE, Outcome, Week


class Trainer:
    """See ``problem.weekly``."""

    days_until_release = 0
    looks_at_complete_rows = False

    def __init__(self, home: Path) -> None:
        self.models = ModelFolder(home)

    def is_due(self, losses: Sequence[float]) -> bool:
        """Every week."""
        return True

    def lets_out(self, candidate: float, in_force: float) -> bool:
        """If it does not lose by more than the tolerance."""
        return candidate <= in_force + TOLERANCE

    def run(self, week: Week) -> Outcome:
        """See the contract."""
        if week.extract.empty:
            raise ValueError(f"week {week.number}: the extract has no rows, nothing was trained")
        version = f"week_{week.number}"
        self.models.put(version, fit(week))
        if self.models.find_in_force() and not self._passes(week):
            return Outcome(trained=True, days_until_release=None)
        self.models.release(version)
        return Outcome(trained=True, days_until_release=self.days_until_release)

    def _passes(self, week: Week) -> bool:
        last = week.extract[week.extract["week"] == week.number - 1]
        before = week._replace(extract=week.extract[week.extract["week"] < week.number - 1])
        losses = [
            log_loss(last["late"], model.predict_proba(last[list(FEATURES)])[:, 1], labels=[0, 1])
            for model in (fit(before), self.models.load())
        ]
        return self.lets_out(*losses)


def fit(week: Week):  # type: ignore[no-untyped-def]
    """The study's learner on all rows of the extract."""
    return new_learner("late").fit(week.extract[list(FEATURES)], week.extract["late"])
