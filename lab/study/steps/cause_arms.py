"""Worker of the cause ablation: every cure alone, all but one, all, each in a copy of the code of its own."""

import shutil
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from lab.engine.isolation import Say, forked
from lab.engine.progress import reported
from lab.sandbox.cured_code import cured_copy, cures_of
from lab.sandbox.installations import moved
from lab.study.steps.full_year import END
from lab.study.steps.system_run import forget
from lab.systems import open_system
from measure.data.skew import row_skew
from problem.contract import FEATURES, KEYS
from problem.facts import load_facts
from problem.questions import CUT_OFF, questions, scheduled_between

ON = list(KEYS)
NONE, ALL = "none cured", "all cured"
EXHIBITS = "antipatterns"
PATIENCE = 900.0
"""CPU seconds for one arm, which takes some twenty."""
CURED, LEFT = "cured alone: ", "left alone: "


def arms(name: str) -> dict[str, list[Path]]:
    """The patches of every arm, by its name."""
    patches = cures_of(name)
    causes = {patch.stem.split("-")[1]: patch for patch in patches}
    alone = {CURED + cause: [patch] for cause, patch in causes.items()}
    but_one = {LEFT + cause: [other for other in patches if other != patch] for cause, patch in causes.items()}
    return {**alone, **but_one, ALL: patches}


def ablate(folder: Path, name: str, steps: Path) -> None:
    """Train and evaluate with every choice of cures; the served vectors are those of the study's own replay.

    ``arms.parquet``: arm, the keys, skewed (does any feature differ?), believed and served predictions of the arm's own
    model. ``features.parquet``: arm, feature, skewed (share of rows).
    """
    found = [_evaluated(NONE, *_as_it_is(name, steps))]
    for arm, patches in reported(_distinct(arms(name)).items(), len(_distinct(arms(name)))):
        with cured_copy(patches) as copy:
            _in(copy, lambda: _arm(folder / "arm", name, steps))
        found.append(_evaluated(arm, *(pd.read_parquet(folder / "arm" / f"{side}.parquet") for side in SIDES)))
        shutil.rmtree(folder / "arm")
    for number, table in enumerate(("arms", "features")):
        pd.concat([tables[number] for tables in found], ignore_index=True).to_parquet(folder / f"{table}.parquet")


SIDES = ("offline", "served")


def _distinct(choices: dict[str, list[Path]]) -> dict[str, list[Path]]:
    """Every choice of patches once; of two names for one choice the first."""
    first = {tuple(patches): arm for arm, patches in reversed(choices.items())}
    return {arm: list(patches) for patches, arm in reversed(first.items())}


def _in(copy: Path, work: Callable[[], None]) -> None:
    """Do the work in a child process that imports the exhibits from the copy; raises what it died of as one text."""

    def task(say: Say) -> None:
        sys.path.insert(0, str(copy))
        forget(EXHIBITS)
        try:
            work()
        except Exception:
            say(traceback.format_exc())
            raise

    ((_, said, why),) = forked([task], PATIENCE, at_once=1)
    if why:
        raise RuntimeError("\n".join([why, *map(str, said)]))


def _arm(folder: Path, name: str, steps: Path) -> None:
    """Fit the model on the training path as it is in this process, predict both sides with it."""
    moved(steps / f"train-{name}" / "home", folder / "home")
    facts, system = load_facts(), open_system(name, folder / "home")
    mode = system.modes[0]
    asked = questions(facts, mode)
    system.train(facts.known_at(CUT_OFF), scheduled_between(asked, None, CUT_OFF), "late")
    features = system.training_features(facts.known_at(END), scheduled_between(asked, CUT_OFF, None))
    served = pd.read_parquet(steps / f"serve-{name}" / "served.parquet")
    for side, vectors in zip(SIDES, (features.assign(mode=mode), served), strict=True):
        predicted = open_system(name, folder / "home").predict(vectors)
        predicted[[*ON, *FEATURES, "prediction"]].to_parquet(folder / f"{side}.parquet", index=False)


def _as_it_is(name: str, steps: Path) -> list[pd.DataFrame]:
    return [pd.read_parquet(steps / f"serve-{name}" / f"{side}.parquet") for side in SIDES]


def _evaluated(arm: str, offline: pd.DataFrame, served: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    result = row_skew(offline, served, ON, list(FEATURES))
    believed = offline[[*ON, "prediction"]].rename(columns={"prediction": "believed"})
    rows = result.by_row.merge(believed, on=ON).merge(served[[*ON, "prediction"]], on=ON)
    rows = rows.rename(columns={"prediction": "served"}).assign(arm=arm)
    return rows, result.per_feature[["feature", "skewed"]].assign(arm=arm)
