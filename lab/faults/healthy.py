"""What the jobs of a system give without a fault: what every cell is held against."""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from lab.changes.replay_dataset import INSTALLED, ReplayDataset
from lab.faults import system_jobs
from lab.faults.anatomy import describe_anatomy
from lab.faults.scene import Scene
from lab.sandbox.installations import copy_installation
from measure.data.survival import LOUD, OK, SILENT, Judge, Survival, tables
from problem.contract import FEATURES, KEYS
from problem.oracle import oracle_at_ages


@dataclass(frozen=True)
class Reference:
    """A healthy installation in ``home``, and the answers it gave, by mode."""

    home: Path
    answers: dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Healthy:
    """``before``: with the models that were in force. ``table``: of a training run; ``old``: of one whose features were
    not refreshed since the system was installed.
    """

    before: Reference
    table: pd.DataFrame
    old: pd.DataFrame

    def judge_job(self, scene: Scene, table: pd.DataFrame | None) -> Survival:
        """What became of a job that did not fail: of its training table, its answers, or the vectors it left."""
        if table is None:
            return self.judge_aftermath(scene)
        if scene.job != "training":
            return _make_judge(scene, self.before).answers(table)
        known_at = scene.ground.facts.outcomes.set_index("flight_id")["known_at"]
        new = self.table["flight_id"].map(known_at) > INSTALLED
        found = tables(self.table, table, self.old, new, KEYS, FEATURES)
        kept = system_jobs.predict_late(scene.open(), self._vectors(scene))
        same = kept.equals(self.before.answers[scene.mode]["prediction"])
        return Survival(SILENT, "no new model was kept") if same and found.outcome == OK else found

    def judge_aftermath(self, scene: Scene) -> Survival:
        """Judge what a job has left behind: of training the model's answers, of features the questions' vectors."""
        later = replace(scene, job=scene.mode)
        judge = _make_judge(later, self.before)
        try:
            if scene.job == "features":
                return judge.vectors(system_jobs.look_up(later, later.open()))
            system_jobs.refresh(later)
            return judge.vectors(system_jobs.answer(later))
        except Exception as error:
            return Survival(LOUD, f"{type(error).__name__}: {error}")

    def _vectors(self, scene: Scene) -> pd.DataFrame:
        return self.before.answers[scene.mode]


def run_healthy(name: str, base: Path, folder: Path, ground: ReplayDataset) -> Healthy:
    """Run the system's jobs without a fault in three copies of its installation, in ``folder``."""
    training = Scene(name, "training", folder / "trained", ground, ground.facts)
    copy_installation(base, training.home)
    system_jobs.refresh(training)
    late = replace(training, home=copy_installation(base, folder / "late"))
    before = _run_reference(replace(training, home=copy_installation(base, folder / "before")))
    return Healthy(before, system_jobs.train(training), system_jobs.train(late))


def _run_reference(scene: Scene) -> Reference:
    answers = {}
    for mode in [job for job in describe_anatomy(scene.name).jobs if job in ("batch", "real_time")]:
        asking = replace(scene, job=mode)
        system_jobs.refresh(asking)
        answers[mode] = system_jobs.answer(asking)
    return Reference(scene.home, answers)


def _make_judge(scene: Scene, reference: Reference) -> Judge:
    model = replace(scene, home=reference.home)
    return Judge(
        healthy=reference.answers[scene.mode],
        keys=KEYS,
        features=FEATURES,
        right=lambda seen: oracle_at_ages(scene.ground.facts, seen),
        model=lambda seen: system_jobs.predict_late(model.open(), seen),
    )
