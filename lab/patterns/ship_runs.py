"""Cold starts of both sides by turns, and one watched replay of each."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pandas as pd

from lab.engine.durations import AT_ONCE
from lab.patterns.ship_weight import weigh
from lab.patterns.weekly_models import EVERY
from parts.flight_service.app import STORED as STORED_FILE
from problem.contract import STORED
from problem.facts import load_facts
from problem.questions import questions, scheduled_between
from problem.shipped import FILES, GIVEN, Form
from reference.systems.modular_monolith.features import features

ROUNDS = 3
MONTH = ("2013-06-01", "2013-07-01")
ASKED = 100
DRAGGED: Mapping[str, tuple[str, ...]] = {
    "bare": (),
    "report": ("matplotlib.pyplot",),
    "tracking": ("matplotlib.pyplot", "mlflow"),
}
"""The dial: what a training package imports besides, one import line each. The serving environment has none of it."""
FORMS: tuple[Form, ...] = ("pickle", "onnx")
WHOLE, APART = "training_code_in_serving", "serving_environment"


class Cell(NamedTuple):
    """A side with a form of the model and a weight of its training package."""

    side: str
    form: Form
    dragged: str = "bare"


CELLS = [Cell(APART, form) for form in FORMS] + [Cell(WHOLE, form, dragged) for form in FORMS for dragged in DRAGGED]


def make_rows(first: str = MONTH[0], end: str = MONTH[1]) -> pd.DataFrame:
    """The evening's questions about one flight in three, scheduled between two days."""
    facts = load_facts()
    start, stop = (pd.Timestamp(day, tz="America/New_York") for day in (first, end))
    asked = scheduled_between(questions(facts, "batch"), start, stop)
    asked = asked[asked["flight_id"] % EVERY == 0].reset_index(drop=True)
    late = asked["flight_id"].map(facts.outcomes.set_index("flight_id")["late"])
    return asked[list(GIVEN)].join(features(facts, asked)[list(STORED)]).assign(late=late)


def make_bodies(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """These questions as bodies of ``POST /predict``."""
    return list(json.loads(rows[list(GIVEN)].to_json(orient="records", date_format="iso")))


def publish_all(rows: pd.DataFrame, sides: Mapping[str, ModuleType], folder: Path) -> dict[tuple[str, Form], Path]:
    """By side and form, the folder that its service starts from."""
    homes = {(side, form): folder / side / form for side in sides for form in FORMS}
    for (side, form), home in homes.items():
        import_module(f"{sides[side].__name__}.training").publish(rows, home, form)
        store_features(rows.tail(ASKED), home)
    return homes


def store_features(rows: pd.DataFrame, home: Path) -> None:
    """Leave the stored features of these flights where a service looks for them, to the last digit.

    Rounded to ten digits, as ``DataFrame.to_json`` does, a value that is a tree's threshold falls to its other side.
    """
    of_flight = rows.set_index(rows["flight_id"].astype(str))[list(STORED)].astype(object)
    (home / STORED_FILE).write_text(json.dumps(of_flight.where(of_flight.notna(), None).to_dict("index")))


def start(package: str, home: Path, bodies: list[dict[str, Any]], dragged: str = "bare", watch: bool = False) -> Any:
    """What ``ship_probe`` saw of a service in a process of its own; raises ``RuntimeError`` with its last words."""
    job, out = home / f"job_{dragged}.json", home / f"seen_{dragged}.json"
    plan: dict[str, Any] = {
        "package": package,
        "home": str(home),
        "bodies": bodies if watch else bodies[:1],
        "out": str(out),
    }
    plan |= {"imports": DRAGGED[dragged], "watch": watch, "began": time.monotonic()}
    job.write_text(json.dumps(plan))
    paths = os.pathsep.join(filter(None, [str(Path.cwd()), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-m", "lab.patterns.ship_probe", str(job)]
    environment = os.environ | {"PYTHONPATH": paths, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or ["it said nothing"])[-1])
    return json.loads(out.read_text())


def measure_starts(
    sides: Mapping[str, ModuleType], homes: Mapping[tuple[str, Form], Path], bodies: list[dict[str, Any]]
) -> dict[Cell, list[float]]:
    """Seconds from the start of a process to its first answer, in each round; all have been started before."""
    seconds: dict[Cell, list[float]] = {cell: [] for cell in CELLS}
    for _ in range(ROUNDS):
        for cell, taken in seconds.items():
            seen = start(sides[cell.side].__name__, homes[cell.side, cell.form], bodies, cell.dragged)
            taken.append(seen["seconds"])
    return seconds


def watch_replays(
    sides: Mapping[str, ModuleType], homes: Mapping[tuple[str, Form], Path], bodies: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """A row a cell: what it loaded and touched and what has to be installed; of bare ones, what ran in the replay, too.

    What a package imports besides runs in no replay and is the same with either form of the model, so it is watched
    with one form and one question. Nothing is timed here, so two are watched at a time.
    """

    def watch(cell: Cell) -> dict[str, Any]:
        asked = bodies if _is_bare(cell) else bodies[:1]
        return _watch(cell, sides[cell.side].__name__, homes[cell.side, cell.form], asked)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(watch, [cell for cell in CELLS if _is_bare(cell) or cell.form == FORMS[0]]))


def _is_bare(cell: Cell) -> bool:
    return not DRAGGED[cell.dragged]


def _watch(cell: Cell, package: str, home: Path, bodies: list[dict[str, Any]]) -> dict[str, Any]:
    seen = start(package, home, bodies, cell.dragged, watch=True)
    python = {file for file in seen["files"].values() if file.endswith(".py")}
    weight = weigh(seen["files"])
    return cell._asdict() | {
        "modules": len(python),
        "never_called": len(python - set(seen["called"])) if _is_bare(cell) else None,
        "native": sum(file.endswith(".so") for file in seen["files"].values()),
        "packages": weight.packages,
        "megabytes": round(weight.megabytes, 1),
        "model_bytes": (home / FILES[cell.form]).stat().st_size,
        "effects": {name: count for name, count in seen["effects"].items() if count},
        "routes": seen["routes"],
    }
