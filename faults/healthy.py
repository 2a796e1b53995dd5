"""What the jobs of a system give without a fault: what every cell is held against."""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from changes.ground import INSTALLED, Ground
from changes.installations import moved
from faults import jobs
from faults.anatomy import ANATOMY
from faults.scene import Scene
from measure.survival import OK, OUTCOMES, SILENT, Judge, Survival, tables
from problem.contract import FEATURES, KEYS
from problem.oracle import oracle_at_ages


@dataclass(frozen=True)
class Reference:
    """A healthy installation in ``home``, and the answers it gave, by mode."""

    home: Path
    answers: dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Healthy:
    """``before``: with the models that were in force; ``trained``: with models fitted anew on ``table``."""

    before: Reference
    trained: Reference
    table: pd.DataFrame

    def judged(self, scene: Scene, table: pd.DataFrame | None) -> Survival:
        """What became of a job that did not fail: of its training table, or its answers."""
        if table is None:
            return Survival(OK)
        if scene.job != "training":
            return _judge(scene, self.before).answers(table)
        known_at = scene.ground.facts.outcomes.set_index("flight_id")["known_at"]
        new = self.table["flight_id"].map(known_at) > INSTALLED
        found = tables(self.table, table, KEYS, FEATURES, new)
        kept = _answers_of(replace(scene, job=scene.mode), self.before).outcome == OK
        return Survival(SILENT, "no new model was kept") if kept and found.outcome == OK else found

    def afterwards(self, scene: Scene) -> Survival:
        """What becomes of the next answers of this installation: right with the old models or with the new ones."""
        later = replace(scene, job=scene.mode)
        if scene.job == "training":
            jobs.refresh(later)
        found = [_answers_of(later, reference) for reference in (self.before, self.trained)]
        return min(found, key=lambda survival: OUTCOMES.index(survival.outcome))


def healthy(name: str, base: Path, folder: Path, ground: Ground) -> Healthy:
    """Live twice without a fault, in ``folder``: once as installed, once with a training run."""
    training = Scene(name, "training", folder / "trained", ground, ground.facts)
    moved(base, training.home)
    jobs.refresh(training)
    table = jobs.train(training)
    trained = _reference(training)
    return Healthy(_reference(replace(training, home=moved(base, folder / "before"))), trained, table)


def _reference(scene: Scene) -> Reference:
    answers = {}
    for mode in [job for job in ANATOMY[scene.name].jobs if job in ("batch", "real_time")]:
        asking = replace(scene, job=mode)
        jobs.refresh(asking)
        answers[mode] = jobs.answer(asking)
    return Reference(scene.home, answers)


def _answers_of(scene: Scene, reference: Reference) -> Survival:
    try:
        return _judge(scene, reference).answers(jobs.answer(scene))
    except Exception as error:
        return Survival("fails loud", f"{type(error).__name__}: {error}")


def _judge(scene: Scene, reference: Reference) -> Judge:
    model = replace(scene, home=reference.home)
    return Judge(
        healthy=reference.answers[scene.mode],
        keys=KEYS,
        features=FEATURES,
        right=lambda seen: oracle_at_ages(scene.ground.facts, seen),
        model=lambda seen: jobs.model_of(model.opened(), seen),
    )
