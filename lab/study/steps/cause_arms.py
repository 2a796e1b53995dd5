"""Worker of the cause ablation: every cure alone, all but one, all, each in a copy of the code of its own."""

import shutil
from pathlib import Path

import pandas as pd

from lab.engine.progress import reported
from lab.sandbox.installations import copy_installation
from lab.sandbox.patched_copy import list_cures, patched_copy
from lab.sandbox.sandbox import Sandbox
from lab.study.day_blocks import add_outcomes
from lab.study.steps.full_year import END
from lab.systems import open_system
from measure.data.ablation import sum_arm
from measure.data.skew import row_skew
from problem.contract import FEATURES, KEYS
from problem.facts import load_facts
from problem.questions import CUT_OFF, questions, scheduled_between

ON = list(KEYS)
SIDES = ("offline", "served")
NONE, ALL = "none cured", "all cured"
PATIENCE = 900.0
"""CPU seconds for one arm, which takes some twenty."""
CURED, LEFT = "cured alone: ", "left alone: "


def list_arms(name: str) -> dict[str, list[Path]]:
    """The patches of every arm, by its name."""
    patches = list_cures(name)
    causes = {patch.stem.split("-")[1]: patch for patch in patches}
    alone = {CURED + cause: [patch] for cause, patch in causes.items()}
    but_one = {LEFT + cause: [other for other in patches if other != patch] for cause, patch in causes.items()}
    return {**alone, **but_one, ALL: patches}


def ablate_causes(folder: Path, steps: Path, name: str) -> None:
    """Train and evaluate with every choice of cures; the served vectors are those of the study's own replay.

    ``arms.parquet``: arm, and by day what ``measure.data.ablation.sum_arm`` says of its own model's answers.
    ``features.parquet``: arm, feature, skewed (share of rows).
    """
    found = [_evaluate(NONE, steps / f"serve-{name}")]
    for arm, patches in reported(_drop_repeated(list_arms(name)).items(), len(_drop_repeated(list_arms(name)))):
        with patched_copy(patches) as copy:
            arguments = {"folder": folder / "arm", "name": name, "steps": steps}
            Sandbox(copy).call("lab.study.steps.cause_arms:run_arm", PATIENCE, **arguments)
        found.append(_evaluate(arm, folder / "arm"))
        shutil.rmtree(folder / "arm")
    for number, table in enumerate(("arms", "features")):
        pd.concat([tables[number] for tables in found], ignore_index=True).to_parquet(folder / f"{table}.parquet")


def run_arm(folder: Path, steps: Path, name: str) -> None:
    """Fit the model on the training path as it is in this process, a patched copy's, and predict both sides with it."""
    copy_installation(steps / f"train-{name}" / "home", folder / "home")
    facts, system = load_facts(), open_system(name, folder / "home")
    mode = system.modes[0]
    asked = questions(facts, mode)
    system.train(facts.known_at(CUT_OFF), scheduled_between(asked, None, CUT_OFF), "late")
    features = system.training_features(facts.known_at(END), scheduled_between(asked, CUT_OFF, None))
    served = pd.read_parquet(steps / f"serve-{name}" / "served.parquet")
    for side, vectors in zip(SIDES, (features.assign(mode=mode), served), strict=True):
        predicted = open_system(name, folder / "home").predict(vectors)
        predicted[[*ON, *FEATURES, "prediction"]].to_parquet(folder / f"{side}.parquet", index=False)


def _drop_repeated(choices: dict[str, list[Path]]) -> dict[str, list[Path]]:
    """Every choice of patches once; of two names for one choice the first."""
    first = {tuple(patches): arm for arm, patches in reversed(choices.items())}
    return {arm: list(patches) for patches, arm in reversed(first.items())}


def _evaluate(arm: str, answers: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    offline, served = (pd.read_parquet(answers / f"{side}.parquet") for side in SIDES)
    result = row_skew(offline, served, ON, list(FEATURES))
    believed = offline[[*ON, "prediction"]].rename(columns={"prediction": "believed"})
    rows = result.by_row.merge(believed, on=ON).merge(served[[*ON, "prediction"]], on=ON)
    rows = add_outcomes(rows.rename(columns={"prediction": "served"})).assign(row=rows["flight_id"])
    return sum_arm(rows).assign(arm=arm), result.per_feature[["feature", "skewed"]].assign(arm=arm)
