"""Worker of the cause ablation: every cure alone, all but one, all, each in a copy of the code of its own."""

import shutil
from pathlib import Path

import pandas as pd

from lab.engine.progress import reported
from lab.sandbox.patched_copy import list_cures, patched_copy
from lab.sandbox.sandbox import Sandbox
from lab.study.steps.one_arm import ON, SIDES
from measure.data.skew import row_skew
from problem.contract import FEATURES

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

    ``arms.parquet``: arm, the keys, skewed (does any feature differ?), believed and served predictions of the arm's own
    model. ``features.parquet``: arm, feature, skewed (share of rows).
    """
    found = [_evaluate(NONE, *_read_uncured(name, steps))]
    for arm, patches in reported(_drop_repeated(list_arms(name)).items(), len(_drop_repeated(list_arms(name)))):
        with patched_copy(patches) as copy:
            arguments = {"folder": folder / "arm", "name": name, "steps": steps}
            Sandbox(copy).call("lab.study.steps.one_arm:run_arm", PATIENCE, **arguments)
        found.append(_evaluate(arm, *(pd.read_parquet(folder / "arm" / f"{side}.parquet") for side in SIDES)))
        shutil.rmtree(folder / "arm")
    for number, table in enumerate(("arms", "features")):
        pd.concat([tables[number] for tables in found], ignore_index=True).to_parquet(folder / f"{table}.parquet")


def _drop_repeated(choices: dict[str, list[Path]]) -> dict[str, list[Path]]:
    """Every choice of patches once; of two names for one choice the first."""
    first = {tuple(patches): arm for arm, patches in reversed(choices.items())}
    return {arm: list(patches) for patches, arm in reversed(first.items())}


def _read_uncured(name: str, steps: Path) -> list[pd.DataFrame]:
    return [pd.read_parquet(steps / f"serve-{name}" / f"{side}.parquet") for side in SIDES]


def _evaluate(arm: str, offline: pd.DataFrame, served: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    result = row_skew(offline, served, ON, list(FEATURES))
    believed = offline[[*ON, "prediction"]].rename(columns={"prediction": "believed"})
    rows = result.by_row.merge(believed, on=ON).merge(served[[*ON, "prediction"]], on=ON)
    rows = rows.rename(columns={"prediction": "served"}).assign(arm=arm)
    return rows, result.per_feature[["feature", "skewed"]].assign(arm=arm)
