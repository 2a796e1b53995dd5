"""Ruler 12 on the study's results."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import joblib

from lab.study.results import Results
from lab.study.rulers.row_skew import ON, pairs
from lab.study.scorecard_rows import Row
from measure.data import sharing
from measure.data.sharing import Sharing
from problem.contract import TARGETS


def rows(results: Results) -> Iterator[Row]:
    """Features with more than one definition, and the share that feeds both models from one."""
    for (name, mode), found in shared(results).items():
        table = found.per_feature
        several = list(table.loc[table["definitions"] > 1, "feature"])
        note = f"of {len(table)} features fed to fit: {', '.join(several) or 'none'}; those of ruler 1 with skew"
        yield Row("definitions", name, mode, float(len(several)), note=note)
        note = f"by name it is {found.shared:.0%}; {len(found.per_model)} models"
        yield Row("shared", name, mode, found.shared_by_value, note=note)


def draw(results: Results, folder: Path) -> None:
    """Every system in its first mode."""
    found = shared(results)
    first = {name: next(of for (its_name, _), of in found.items() if its_name == name) for name in results.systems}
    sharing.draw(first, folder / "sharing.png")


@lru_cache(maxsize=1)
def shared(results: Results) -> dict[tuple[str, str], Sharing]:
    """Who shares which feature, per system and mode."""
    found = {}
    for (name, mode), (offline, live) in pairs(results).items():
        home = results.steps / f"train-{name}" / "home"
        models = {str(target): FITTED[name](home, mode, target) for target in TARGETS}
        found[name, mode] = sharing.sharing(models, {"training": offline, "serving": live}, ON)
    return found


def _from_file(home: Path, mode: str, target: str) -> list[str]:
    return list(joblib.load(home / f"{target}.joblib")["model"].feature_names_in_)


def _from_registry(home: Path, mode: str, target: str) -> list[str]:
    from reference.systems.fti.registry import (
        ModelRegistry,  # MLflow takes seconds to load, and few who import rulers need it
    )

    return list(ModelRegistry(home / "registry").champion(f"{target}_{mode}")[0].feature_names_in_)


FITTED: dict[str, Callable[[Path, str, str], list[str]]] = {
    "monolith": _from_file,
    "split": _from_file,
    "fti": _from_registry,
}
"""Where a fitted model lies, which knows the columns that ``fit`` got."""
