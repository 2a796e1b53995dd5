"""The nightly model, trained once a month; a person looks at each candidate before it answers.

Training ends with a candidate in the folder and a note to whoever is on duty. Three days later the last week's outcomes
are complete. The person holds candidate and model in force against them and releases the better one: there is time to
see what a schedule cannot, and the model is older meanwhile.
"""

from collections.abc import Sequence
from pathlib import Path

from sklearn.metrics import log_loss
from sklearn.pipeline import Pipeline

from parts.model_folder.model_folder import ModelFolder
from problem.contract import FEATURES
from problem.weekly import TOLERANCE, Outcome, Week, fit

WEEKS = 4


class Trainer:
    """See ``problem.weekly``."""

    days_until_release = 3
    waits_for_outcomes = True

    def __init__(self, home: Path) -> None:
        self.models = ModelFolder(home)

    def is_due(self, losses: Sequence[float]) -> bool:
        """Every fourth week."""
        return len(losses) % WEEKS == 0

    def lets_out(self, candidate: float, in_force: float) -> bool:
        """If it does not lose by more than the tolerance, on complete outcomes."""
        return candidate <= in_force + TOLERANCE

    def run(self, week: Week) -> Outcome:
        """Train if it is due, and look; in this program the three days pass at once."""
        if not self.is_due(week.losses):
            return Outcome(trained=False, released=False)
        version, candidate = f"week_{week.number}", fit(week)
        self.models.put(version, candidate)
        released = not self.models.find_in_force() or self._passes(candidate, week)
        if released:
            self.models.release(version)
        return Outcome(trained=True, released=released)

    def _passes(self, candidate: Pipeline, week: Week) -> bool:
        vectors, late = week.complete[list(FEATURES)], week.complete["late"]
        models = (candidate, self.models.load())
        return self.lets_out(*(log_loss(late, model.predict_proba(vectors)[:, 1], labels=[0, 1]) for model in models))
