"""What it costs to leave the process: the same rows by two workers and by Spark, the same reads by Feast's Spark store.

``python -m lab.bench.elsewhere`` takes all by turns in one run, on the year; ``--record`` keeps the run that the page
and the lesson read. All on one machine with one local Spark: what is measured is the price of the way there, not what a
cluster can do.
"""

import argparse
import os
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from lab.bench.bench_results import CONSOLE, Bench, take_turns
from lab.engine.recorded import Recorded
from lab.engine.step import Step
from lab.engine.step_keys import digest_of_steps
from lab.engine.workspace import StudyError
from lab.systems import find_system
from problem.facts import Facts, load_facts
from problem.questions import CUT_OFF, questions, scheduled_between
from problem.world import World
from reference.systems.fti.adapters.engines.backends import Backend, Embedded, Workers
from reference.systems.fti.adapters.engines.system import System, backend_of, variant
from reference.systems.fti.adapters.engines.tasks import TABLES, task
from reference.systems.fti.feature_repo.definitions import EVERY
from reference.systems.fti.features import BEGINNING
from reference.systems.fti.stores import FeatureStore

RECORD = Recorded(Path(__file__).parent / "records" / "elsewhere.json")
ROUNDS = 2
ASKED = (250, 500, 1_000)
"""Questions of one historical read."""


def compute_digests() -> dict[str, str]:
    """The digest of all that the run depends on, as it is now."""
    fti, engines = find_system("fti"), "reference.systems.fti.adapters.engines"
    loads, data = (*fti.modules, engines), (*fti.data, f"{engines.replace('.', '/')}/variants")
    return digest_of_steps([Step("elsewhere", "lab.bench.elsewhere:measure", "", loads=loads, data=data)])


def time_call(call: Callable[[], Any]) -> tuple[Any, float]:
    """What the call returns, and its wall seconds."""
    began = time.perf_counter()
    return call(), time.perf_counter() - began


def make_features(place: Backend, facts: Facts) -> pd.DataFrame:
    """The rows of all views up to the cut-off: how many, and their sum, so that places can be compared."""
    tasks = {view: task(view, EVERY[view], BEGINNING, CUT_OFF) for view in TABLES}
    tables = {view: place.rows(one, getattr(facts, one.table)) for view, one in tasks.items()}
    return pd.DataFrame(
        {"view": view, "rows": len(table), "sum": float(table.select_dtypes("number").sum().sum())}
        for view, table in tables.items()
    )


def time_features(places: dict[str, Backend], facts: Facts) -> list[dict[str, Any]]:
    """Seconds by place and round; raises ``StudyError`` if the rows differ."""
    measurements, tables = [], []
    for number, name in take_turns(places, ROUNDS):
        table, seconds = time_call(partial(make_features, places[name], facts))
        tables.append(table)
        if not table.equals(tables[0]):
            raise StudyError(f"{name} made other rows than the first place: run pytest tests/systems/test_beyond_*.py")
        rows = int(table["rows"].sum())
        measurements.append({"place": name, "round": number, "rows": rows, "seconds": seconds})
        CONSOLE.print(f"features, {name:9} {seconds:7.1f} s")
    return measurements


def time_reads(stores: dict[str, FeatureStore], asked: pd.DataFrame) -> list[dict[str, Any]]:
    """Seconds by store and number of questions; raises ``StudyError`` if the values differ."""
    measurements = []
    for count in ASKED:
        part = asked.sample(count, random_state=1).reset_index(drop=True)
        answers = {name: time_call(partial(store.read_history, part)) for name, store in stores.items()}
        for name, (_, seconds) in answers.items():
            measurements.append({"store": name, "questions": count, "seconds": seconds})
            CONSOLE.print(f"read {count:>5}, {name:9} {seconds:7.1f} s")
        (one, _), (other, _) = answers.values()
        if not one.equals(other):
            raise StudyError(f"other values for {count} questions: run pytest tests/systems/test_beyond_spark.py")
    return measurements


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """``session``: seconds until Spark was there; ``features`` and ``reads`` as the functions above measure them."""
    warnings.simplefilter("ignore")
    os.environ["OMP_NUM_THREADS"] = "1"
    with TemporaryDirectory() as name:
        folder = Path(name)
        facts = load_facts().known_at(CUT_OFF)
        embedded = System(folder / "home", variant("workers", folder))
        embedded.wake(World(facts, CUT_OFF))
        embedded.store.flush()
        config = variant("spark", folder)
        spark, session = time_call(partial(backend_of, config))
        features = time_features({"embedded": Embedded(), "workers": Workers(), "spark": spark}, facts)
        stores = {"embedded": embedded.store, "spark": FeatureStore(folder / "home" / "features", config)}
        asked = scheduled_between(questions(facts, "real_time"), None, CUT_OFF)
        return {"session": session, "features": features, "reads": time_reads(stores, asked)}


main = Bench("elsewhere", __doc__, measure, {}, RECORD, compute_digests).main

if __name__ == "__main__":
    sys.exit(main())
