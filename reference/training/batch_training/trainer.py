"""The nightly model, trained every Monday by a schedule, with a gate that holds it against the model in force.

Both answer the rows of the week that has just ended, as the extract has them; a candidate that loses is kept and does
not answer. Nobody has to be there.
"""

from collections.abc import Sequence
from pathlib import Path

from sklearn.metrics import log_loss
from sklearn.pipeline import Pipeline

from parts.model_folder.model_folder import ModelFolder
from problem.contract import FEATURES
from problem.weekly import TOLERANCE, Outcome, Week, fit


class Trainer:
    """See ``problem.weekly``."""

    days_until_release = 0
    waits_for_outcomes = False

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
        version, candidate = f"week_{week.number}", fit(week)
        self.models.put(version, candidate)
        released = not self.models.find_in_force() or self._passes(candidate, week)
        if released:
            self.models.release(version)
        return Outcome(trained=True, released=released)

    def _passes(self, candidate: Pipeline, week: Week) -> bool:
        vectors, late = week.last[list(FEATURES)], week.last["late"]
        models = (candidate, self.models.load())
        return self.lets_out(*(log_loss(late, model.predict_proba(vectors)[:, 1], labels=[0, 1]) for model in models))
