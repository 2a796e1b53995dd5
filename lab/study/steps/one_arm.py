"""One arm of the cause ablation: trains and evaluates a system as the code around it is, in a patched copy."""

from pathlib import Path

import pandas as pd

from lab.sandbox.installations import copy_installation
from lab.study.steps.full_year import END
from lab.systems import open_system
from problem.contract import FEATURES, KEYS
from problem.facts import load_facts
from problem.questions import CUT_OFF, questions, scheduled_between

ON = list(KEYS)
SIDES = ("offline", "served")


def run_arm(folder: Path, steps: Path, name: str) -> None:
    """Fit the model on the training path as it is in this process, predict both sides with it."""
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
