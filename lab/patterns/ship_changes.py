"""A feature changes: what each side touches, and what half of the change in service answers."""

import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from shutil import copytree
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from lab.patterns.ship_probe import ask
from lab.patterns.ship_runs import FORMS, make_bodies, store_features
from measure.cost.footprint import size
from problem.shipped import Form

WRITTEN = Path(__file__).with_name("ship_changes.toml")
NONE = "none"
SAME, OTHERWISE, REFUSED = "same", "otherwise, no error", "refused"
ASKED = 40
Version = tuple[str, str]
"""A side, and the change that it has had."""


def read_changes() -> dict[str, dict[str, dict[str, list[list[str]]]]]:
    """By change, side and file: pairs of what stands there and what will."""
    return tomllib.loads(WRITTEN.read_text())


def copy_versions(sides: Mapping[str, ModuleType], folder: Path) -> dict[Version, str]:
    """By side and change, a package of its own name with that change made; ``NONE`` is the side as it is.

    Raises ``ValueError`` where a change does not find what it changes, exactly once.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sys.path.insert(0, str(folder))
    changes = read_changes()
    return {
        (side, change): _copy(package, folder / f"ship_{side}_{change}", changes.get(change, {}).get(side, {}))
        for side, package in sides.items()
        for change in (NONE, *changes)
    }


def _copy(package: ModuleType, to: Path, files: Mapping[str, list[list[str]]]) -> str:
    copytree(Path(next(iter(package.__path__))), to, dirs_exist_ok=True)
    for file in to.glob("*.py"):
        text = file.read_text().replace(package.__name__, to.name)
        for old, new in files.get(file.name, []):
            if text.count(old) != 1:
                raise ValueError(f"{package.__name__}/{file.name} holds {old!r} {text.count(old)} times, not once")
            text = text.replace(old, new)
        file.write_text(text)
    return to.name


def measure_changes(rows: pd.DataFrame, versions: Mapping[Version, str], folder: Path) -> list[dict[str, Any]]:
    """A row for each change, side and form: what it touches, and both halves of it in service."""
    homes = {(*version, form): folder / package / form for version, package in versions.items() for form in FORMS}
    for (side, change, form), home in homes.items():
        _publish(versions[side, change], rows, home, form)
    return list(_measure(rows, versions, homes))


def _measure(
    rows: pd.DataFrame, versions: Mapping[Version, str], homes: Mapping[tuple[str, str, Form], Path]
) -> Iterator[dict[str, Any]]:
    changes, bodies = read_changes(), make_bodies(select_asked(rows))
    for side, change, form in homes:
        if change != NONE:
            old, new = (versions[side, which] for which in (NONE, change))
            edits = changes[change][side]
            yield {
                "change": change,
                "side": side,
                "form": form,
                "files": len(edits),
                "edits": sum(map(len, edits.values())),
                "new model, old code": judge(old, new, homes[side, change, form], bodies),
                "old model, new code": judge(new, old, homes[side, NONE, form], bodies),
            }


def judge(code: str, right: str, home: Path, bodies: list[dict[str, Any]]) -> str:
    """What a service with this code does in a folder that the ``right`` code has published.

    What stops it in the end is what its operator meets at the start, or a caller later.
    """
    expected = _answer(import_module(f"{right}.app").create_app(home), bodies)
    try:
        app = import_module(f"{code}.app").create_app(home)
    except Exception as error:
        return f"{REFUSED} at the start: {type(error).__name__}"
    try:
        answers = _answer(app, bodies)
    except Exception as error:
        return f"{REFUSED} when asked: {type(error).__name__}"
    return SAME if np.allclose(answers, expected, rtol=0, atol=1e-9) else OTHERWISE


def _answer(app: Any, bodies: list[dict[str, Any]]) -> list[float]:
    return [ask(app, body) for body in bodies]


def select_asked(rows: pd.DataFrame) -> pd.DataFrame:
    """The flights that are asked about, from all over the rows."""
    return rows.iloc[:: max(1, len(rows) // ASKED)]


def _publish(package: str, rows: pd.DataFrame, home: Path, form: Form) -> None:
    import_module(f"{package}.training").publish(rows, home, form)
    store_features(select_asked(rows), home)


def weigh_upkeep(rows: pd.DataFrame, sides: Mapping[str, ModuleType]) -> dict[str, dict[str, float]]:
    """By side: nodes and files of code, lists of requirements and lines in them, CPU seconds of a training table."""
    return {name: _weigh(rows, side) for name, side in sides.items()}


def _weigh(rows: pd.DataFrame, side: ModuleType) -> dict[str, float]:
    folder = Path(next(iter(side.__path__)))
    lists = [file.read_text().splitlines() for file in folder.glob("requirements*.txt")]
    training, began = import_module(f"{side.__name__}.training"), time.process_time()
    training.make_table(rows)
    return {
        "table_seconds": time.process_time() - began,
        "files": size([folder]).files,
        "nodes": size([folder]).nodes,
        "lists": len(lists),
        "requirements": sum(len([line for line in lines if line and line[0] != "#"]) for lines in lists),
    }
