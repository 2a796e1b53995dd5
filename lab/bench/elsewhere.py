"""What it costs to leave the process: the same rows by two workers and by Spark, the same reads by Feast's Spark store.

``python -m lab.bench.elsewhere`` takes all by turns in one run, on the year, and writes
``.study/results/elsewhere.json``.
All on one machine with one local Spark: what is measured is the price of the way there, not what a cluster can do.
"""

import argparse
import json
import os
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypedDict

import pandas as pd
from rich.console import Console

from lab.engine.workspace import StudyError, open_workspace, study_folder
from problem.facts import Facts, load_facts
from problem.questions import CUT_OFF, questions, scheduled_between
from problem.world import World
from reference.systems.fti.adapters.engines.backends import Backend, Embedded, Workers
from reference.systems.fti.adapters.engines.system import System, backend_of, variant
from reference.systems.fti.adapters.engines.tasks import TABLES, task
from reference.systems.fti.feature_repo.definitions import EVERY
from reference.systems.fti.features import BEGINNING
from reference.systems.fti.stores import FeatureStore

ROUNDS = 2
ASKED = (250, 500, 1_000)
"""Questions of one historical read."""
RECORDED = Path(__file__).parent / "records" / "elsewhere.json"


class Found(TypedDict):
    """``session``: seconds until Spark was there; ``features`` and ``reads``: see the functions of these names."""

    session: float
    features: list[dict[str, Any]]
    reads: list[dict[str, Any]]


def recorded() -> Found:
    """The run that the page and the lesson tell of."""
    found: Found = json.loads(RECORDED.read_text())
    return found


def wall(call: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    made = call()
    return made, time.perf_counter() - began


def made(place: Backend, facts: Facts) -> pd.DataFrame:
    """The rows of all views up to the cut-off: how many, and their sum, so that places can be compared."""
    rows = []
    for view in TABLES:
        one = task(view, EVERY[view], BEGINNING, CUT_OFF)
        table = place.rows(one, getattr(facts, one.table))
        rows.append({"view": view, "rows": len(table), "sum": float(table.select_dtypes("number").sum().sum())})
    return pd.DataFrame(rows)


def features(places: dict[str, Backend], facts: Facts, console: Console) -> list[dict[str, Any]]:
    """Seconds by place and round; raises ``StudyError`` if the rows differ."""
    found, first = [], None
    for number in range(ROUNDS):
        for name, place in places.items():
            table, seconds = wall(partial(made, place, facts))
            first = table if first is None else first
            if not table.equals(first):
                raise StudyError(f"{name} made other rows than {next(iter(places))}: run pytest tests/test_beyond_*.py")
            found.append({"place": name, "round": number, "rows": int(table["rows"].sum()), "seconds": seconds})
            console.print(f"features, {name:9} {seconds:7.1f} s")
    return found


def reads(stores: dict[str, FeatureStore], asked: pd.DataFrame, console: Console) -> list[dict[str, Any]]:
    """Seconds by store and number of questions; raises ``StudyError`` if the values differ."""
    found = []
    for count in ASKED:
        part = asked.sample(count, random_state=1).reset_index(drop=True)
        answers = {name: wall(partial(store.read_history, part)) for name, store in stores.items()}
        for name, (_, seconds) in answers.items():
            found.append({"store": name, "questions": count, "seconds": seconds})
            console.print(f"read {count:>5}, {name:9} {seconds:7.1f} s")
        (one, _), (other, _) = answers.values()
        if not one.equals(other):
            raise StudyError(f"other values for {count} questions: run pytest tests/systems/test_beyond_spark.py")
    return found


def run(folder: Path, console: Console) -> Found:
    facts = load_facts().known_at(CUT_OFF)
    embedded = System(folder / "home", variant("workers", folder))
    embedded.wake(World(facts, CUT_OFF))
    embedded.store.flush()
    config, began = variant("spark", folder), time.perf_counter()
    spark = backend_of(config)
    started = time.perf_counter() - began
    asked = scheduled_between(questions(facts, "real_time"), None, CUT_OFF)
    places: dict[str, Backend] = {"embedded": Embedded(), "workers": Workers(), "spark": spark}
    made_in = features(places, facts, console)
    stores = {"embedded": embedded.store, "spark": FeatureStore(folder / "home" / "features", config)}
    return {"session": started, "features": made_in, "reads": reads(stores, asked, console)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m lab.bench.elsewhere", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--record", action="store_true", help=f"copy the result to {RECORDED.name}")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        with open_workspace(study_folder()) as home, TemporaryDirectory() as folder:
            found = json.dumps(run(Path(folder), Console()), indent=1) + "\n"
            (home / "results").mkdir(exist_ok=True)
            (home / "results" / "elsewhere.json").write_text(found)
    except StudyError as error:
        sys.exit(str(error))
    if options.record:
        RECORDED.write_text(found)


if __name__ == "__main__":
    main()
