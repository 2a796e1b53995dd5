"""What the jobs of a system give without a fault: what every cell is held against."""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from lab.changes.replay_dataset import INSTALLED, ReplayDataset
from lab.faults.scene import Scene
from lab.sandbox.installations import copy_installation
from measure.data.survival import LOUD, OK, SILENT, Judge, Survival, tables
from problem.contract import FEATURES, KEYS
from problem.oracle import oracle_at_ages


@dataclass(frozen=True)
class Healthy:
    """A healthy installation in ``home``, and the answers of its models that were in force, by mode.

    ``table``: of a training run; ``old``: of one whose features were not refreshed since the system was installed.
    """

    home: Path
    answers: dict[str, pd.DataFrame]
    table: pd.DataFrame
    old: pd.DataFrame

    def judge_job(self, scene: Scene, table: pd.DataFrame | None) -> Survival:
        """What became of a job that did not fail: of its training table, its answers, or the vectors it left."""
        if table is None:
            return self.judge_aftermath(scene)
        if scene.job != "training":
            return self._make_judge(scene).answers(table)
        known_at = scene.ground.facts.outcomes.set_index("flight_id")["known_at"]
        new = self.table["flight_id"].map(known_at) > INSTALLED
        found = tables(self.table, table, self.old, new, KEYS, FEATURES)
        answers = self.answers[scene.mode]
        same = scene.predict_late(answers).equals(answers["prediction"])
        return Survival(SILENT, "no new model was kept") if same and found.outcome == OK else found

    def judge_aftermath(self, scene: Scene) -> Survival:
        """Judge what a job has left behind: of training the model's answers, of features the questions' vectors."""
        later = replace(scene, job=scene.mode)
        judge = self._make_judge(later)
        try:
            if scene.job == "features":
                return judge.vectors(later.look_up(later.open()))
            later.refresh()
            return judge.vectors(later.answer())
        except Exception as error:
            return Survival(LOUD, f"{type(error).__name__}: {error}")

    def _make_judge(self, scene: Scene) -> Judge:
        model = replace(scene, home=self.home)
        return Judge(
            healthy=self.answers[scene.mode],
            keys=KEYS,
            features=FEATURES,
            right=lambda seen: oracle_at_ages(scene.ground.facts, seen),
            model=model.predict_late,
        )


def run_healthy(name: str, base: Path, folder: Path, ground: ReplayDataset) -> Healthy:
    """Run the system's jobs without a fault in three copies of its installation, in ``folder``."""
    training = Scene(name, "training", copy_installation(base, folder / "trained"), ground, ground.facts)
    training.refresh()
    late = replace(training, home=copy_installation(base, folder / "late"))
    asking = replace(training, home=copy_installation(base, folder / "before"))
    answers = {mode: _ask_refreshed(replace(asking, job=mode)) for mode in asking.system.modes}
    return Healthy(asking.home, answers, training.train(), late.train())


def _ask_refreshed(scene: Scene) -> pd.DataFrame:
    scene.refresh()
    return scene.answer()
