"""Ruler 12 on the study's results."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import joblib

from lab.study.results import Results
from lab.study.rulers.row_skew import ON, read_pairs
from lab.study.scorecard_rows import Row
from lab.systems import find_system
from measure.data import sharing
from measure.data.sharing import Sharing
from problem.contract import TARGETS


def rows(results: Results) -> Iterator[Row]:
    """Features with more than one definition, and the share that feeds both models from one."""
    for (name, mode), found in find_sharing(results).items():
        table = found.per_feature
        several = list(table.loc[table["definitions"] > 1, "feature"])
        note = f"of {len(table)} features fed to fit: {', '.join(several) or 'none'}; those of ruler 1 with skew"
        yield Row("definitions", name, mode, float(len(several)), note=note)
        note = f"by name it is {found.shared:.0%}; {len(found.per_model)} models"
        yield Row("shared", name, mode, found.shared_by_value, note=note)


def draw(results: Results, folder: Path) -> None:
    """Every system in its first mode."""
    found = find_sharing(results)
    first = {name: next(of for (its_name, _), of in found.items() if its_name == name) for name in results.systems}
    sharing.draw(first, folder / "sharing.png")


@lru_cache(maxsize=1)
def find_sharing(results: Results) -> dict[tuple[str, str], Sharing]:
    """Who shares which feature, per system and mode."""
    found = {}
    for (name, mode), (offline, live) in read_pairs(results).items():
        home = results.steps / f"train-{name}" / "home"
        models = {str(target): read_fitted_columns(name, home, mode, target) for target in TARGETS}
        found[name, mode] = sharing.sharing(models, {"training": offline, "serving": live}, ON)
    return found


def read_fitted_columns(name: str, home: Path, mode: str, target: str) -> list[str]:
    """The columns that ``fit`` got, as the fitted model of an installation knows them."""
    adapter = find_system(name).adapter("study")
    if adapter:
        return list(adapter.champion(home, f"{target}_{mode}").feature_names_in_)
    kept = joblib.load(home / f"{target}.joblib")  # a dictionary, or a tuple with names
    return list((kept["model"] if isinstance(kept, dict) else kept.learner).feature_names_in_)
