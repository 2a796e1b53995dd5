"""Releases to ship: a model of the study's flights, as large as wanted, its code, and the packages it needs."""

import compileall
import py_compile
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier

from parts.image_predictor import predictor
from problem.facts import load_facts
from problem.questions import questions
from problem.shipping import Release

CODE = Path(predictor.__file__)
INPUTS = ("local_hour", "weekday", "month", "distance")
ROWS, STEPS = 4000, 60
MEGABYTE = 1_000_000
KILOMETRES = ('flight["distance"]', '1.609344 * flight["distance"]')
"""The first kind of new code: the vector has another unit."""
ONE_MORE = ('flight["distance"]]', 'flight["distance"], flight["day"]]')
"""The second: the vector has one column more, one that models use."""
Table = dict[str, np.ndarray]


@dataclass(frozen=True)
class Maker:
    """Makes releases under ``folder``; ``flights``: inputs by name, ``day`` of the year too, and ``late``."""

    folder: Path
    flights: pd.DataFrame
    packages: Path

    def make(self, version: int, megabytes: float, change: tuple[str, str] | None = None, form: str = "npz") -> Release:
        """A release: fitted on a sample of its own; ``change``: of the code (``KILOMETRES``, ``ONE_MORE``)."""
        home = self.folder / f"{version}"
        (home / "model").mkdir(parents=True, exist_ok=True)
        code = CODE.read_text()
        (home / "predictor.py").write_text(code if change is None else code.replace(*change))
        file = home / "model" / f"model.{form}"
        write_model(file, fit_steps(self.flights, version, change), round(megabytes * MEGABYTE), version)
        contract = predictor.CONTRACT if change is None else f"{predictor.CONTRACT}-new"
        return Release(str(version), home / "predictor.py", self.packages, file, contract)

    def list_questions(self, count: int) -> Iterator[dict[str, Any]]:
        """So many flights as the service is asked about them."""
        for row in self.flights.tail(count).drop(columns="late").to_dict("records"):
            yield {name: float(value) for name, value in row.items()}


def open_maker(folder: Path) -> Maker:
    """A maker of releases with the study's flights and NumPy, as it is installed here."""
    return Maker(folder / "releases", read_flights(), copy_packages(folder / "packages"))


def read_flights() -> pd.DataFrame:
    """One flight in ten of the year, as the evening before knows it."""
    facts = load_facts()
    asked = questions(facts, "batch")
    asked = asked[asked["flight_id"] % 10 == 0].reset_index(drop=True)
    local = asked["scheduled_at"].dt.tz_convert("America/New_York")
    table = pd.DataFrame({"local_hour": local.dt.hour, "weekday": local.dt.weekday, "month": local.dt.month})
    late = asked["flight_id"].map(facts.outcomes.set_index("flight_id")["late"])
    told = table.assign(distance=asked["distance"], day=local.dt.dayofyear, late=late).dropna()
    return told.sample(frac=1.0, random_state=0).reset_index(drop=True)


def copy_packages(folder: Path) -> Path:
    """NumPy's installed files without its tests, compiled so that no time of a file counts."""
    for name in ("numpy", "numpy.libs"):
        source = Path(np.__file__).parents[1] / name
        if source.exists():  # a NumPy that was built here brings no libraries along
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "tests", "*.pyi"))
    compileall.compile_dir(folder, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    return folder


def fit_steps(flights: pd.DataFrame, seed: int, change: tuple[str, str] | None = None) -> Table:
    """Boosted steps on a sample of the flights, in the vector that the code with ``change`` makes."""
    sample = flights.sample(ROWS, random_state=seed)
    inputs = sample[[*INPUTS, *(["day"] if change == ONE_MORE else [])]].astype(float)
    if change == KILOMETRES:
        inputs["distance"] *= 1.609344
    fitted = GradientBoostingClassifier(max_depth=1, n_estimators=STEPS, random_state=seed).fit(inputs, sample["late"])
    trees = [tree[0].tree_ for tree in fitted.estimators_]
    prior = sample["late"].mean()
    return {
        "bias": np.array(np.log(prior / (1 - prior))),
        "column": np.array([tree.feature[0] for tree in trees]),
        "threshold": np.array([tree.threshold[0] for tree in trees]),
        "below": fitted.learning_rate * np.array([tree.value[1, 0, 0] for tree in trees]),
        "above": fitted.learning_rate * np.array([tree.value[2, 0, 0] for tree in trees]),
    }


def write_model(file: Path, steps: Table, size: int, seed: int) -> None:
    """An archive with ``size`` further bytes that cannot be compressed, or a text with a step a line."""
    if file.suffix == ".npz":
        ballast = np.frombuffer(np.random.default_rng(seed).bytes(size), np.uint8)
        arrays: dict[str, Any] = {**steps, "ballast": ballast}
        np.savez(file, **arrays)
        return
    lines = np.stack([steps[name] for name in predictor.PARTS], axis=1)
    file.write_text("\n".join([str(float(steps["bias"])), *(" ".join(map(str, line)) for line in lines)]) + "\n")
