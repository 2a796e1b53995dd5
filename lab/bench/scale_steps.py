"""The stages of FTI at one size, each a step that measures itself, and the longer worlds that they work on."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path

import joblib
import pandas as pd
import psutil

from measure.cost.footprint import peak_above
from problem.contract import FEATURES
from problem.facts import Facts, load_facts
from problem.learner import new_learner
from problem.questions import CUT_OFF, questions, scheduled_between
from problem.world import World
from reference.systems.fti.inference import batch_vectors
from reference.systems.fti.stores import FeatureStore
from reference.systems.fti.system import System
from reference.systems.fti.training import training_features

YEAR = pd.Timedelta(days=364)
END = pd.Timestamp("2014-01-02", tz="UTC")
Stage = Iterator[int | None]
"""Loads its input and yields its rows; works, which is measured, and yields again; writes its output."""
TABLES = [field.name for field in fields(Facts)]


@dataclass(frozen=True)
class Place:
    """Where the steps of one size and round leave what the next ones need."""

    steps: Path
    copies: int
    number: int

    def of(self, stage: str) -> Path:
        """The folder of a stage's step."""
        return self.steps / (f"world-{self.copies}" if stage == "world" else f"{stage}-{self.copies}-{self.number}")

    def asked(self, name: str) -> pd.DataFrame:
        """Questions of the world: ``training``, ``nights``, or the last ``night`` alone."""
        return pd.read_parquet(self.of("world") / f"asked_{name}.parquet")

    def store(self) -> FeatureStore:
        """The store that the stage ``features`` has filled."""
        return FeatureStore(self.of("features") / "home" / "features")


def make_world(folder: Path, steps: Path, copies: int) -> None:
    """Not measured: write the facts of so many years, and the questions of every stage."""
    facts, cut_off = repeat_year(load_facts(), copies), CUT_OFF + (copies - 1) * YEAR
    for name in TABLES:
        getattr(facts, name).to_parquet(folder / f"{name}.parquet", index=False)
    known = facts.outcomes.loc[facts.outcomes["known_at"] <= cut_off, ["flight_id", "late"]]
    training = scheduled_between(questions(facts, "real_time"), None, cut_off)
    training.merge(known.rename(columns={"late": "label"})).to_parquet(folder / "asked_training.parquet")
    nights = questions(facts, "batch")
    nights.to_parquet(folder / "asked_nights.parquet")
    nights[nights["asked_at"] == nights["asked_at"].max()].to_parquet(folder / "asked_night.parquet")


def repeat_year(facts: Facts, copies: int) -> Facts:
    """So many years like this one, each 364 days later, so that weekdays stay; planes once, known from the start.

    It grows forwards: the store's history begins in December 2012, and nothing before that would be told. Each copy has
    flight ids of its own; airports, carriers, routes and aircraft are the same ones, so every key's history grows. A
    year has 365 days, so the last day of a copy is also the first of the next one, and has the flights of both. Clock
    changes move away from their dates by a day a year.
    """
    ids = int(facts.flights["flight_id"].max()) + 1

    def move(table: pd.DataFrame, number: int) -> pd.DataFrame:
        moved = {name: table[name] + number * YEAR for name in table.select_dtypes("datetimetz")}
        if "flight_id" in table:
            moved["flight_id"] = table["flight_id"] + number * ids
        return table.assign(**moved)

    tables = {name: getattr(facts, name) for name in TABLES if name != "planes"}
    longer = {name: pd.concat([move(table, number) for number in range(copies)]) for name, table in tables.items()}
    ordered = {name: table.sort_values("known_at", kind="stable", ignore_index=True) for name, table in longer.items()}
    return replace(facts, **ordered)


def fill_store(place: Place, folder: Path) -> Stage:
    """The feature pipeline fills an empty store."""
    facts = Facts(**{name: pd.read_parquet(place.of("world") / f"{name}.parquet") for name in TABLES})
    yield len(facts.flights)
    system = System(folder / "home")
    system.wake(World(facts, END + (place.copies - 1) * YEAR))
    system.store.flush()
    yield None


def read_history(place: Place, folder: Path) -> Stage:
    """The historical read of all real-time questions of the training period."""
    asked, store = place.asked("training"), place.store()
    yield len(asked)
    table = training_features(store, asked.drop(columns="label"))
    yield None
    table.assign(label=asked["label"]).to_parquet(folder / "vectors.parquet", index=False)


def fit_model(place: Place, folder: Path) -> Stage:
    """The fit of one model on these vectors."""
    table = pd.read_parquet(place.of("read") / "vectors.parquet")
    yield len(table)
    model = new_learner("late").fit(table[list(FEATURES)], table["label"])
    yield None
    joblib.dump(model, folder / "model.joblib")


def score_nights(place: Place, folder: Path, name: str = "nights") -> Stage:
    """Batch scoring of every evening of all years: vectors from the history, then predictions.

    ``night``: of the last evening alone, as many questions at every size, out of a longer history.
    """
    asked, store, model = place.asked(name), place.store(), joblib.load(place.of("fit") / "model.joblib")
    yield len(place.asked("nights"))
    model.predict_proba(batch_vectors(store, asked)[list(FEATURES)])
    yield None


WORK: dict[str, Callable[[Place, Path], Stage]] = {
    "features": fill_store,
    "read": read_history,
    "fit": fit_model,
    "score": score_nights,
    "night": partial(score_nights, name="night"),
}


def measure(folder: Path, steps: Path, stage: str, copies: int, number: int) -> None:
    """Run one stage and write ``measurement.json``: which it was, MB with libraries alone, and its figures."""
    libraries = _read_resident_mb()
    figures = measure_stage(WORK[stage](Place(steps, copies, number), folder))
    which = {"stage": stage, "copies": copies, "round": number, "libraries_mb": libraries}
    (folder / "measurement.json").write_text(json.dumps(which | figures))


def measure_stage(stage: Stage) -> dict[str, float]:
    """``rows``, wall and ``cpu`` seconds; MB of this process before the work (``held_mb``) and at its peak."""
    rows = next(stage)

    def work() -> dict[str, float]:
        held, start, cpu_start = _read_resident_mb(), time.perf_counter(), time.process_time()
        next(stage)
        return {"held_mb": held, "seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu_start}

    figures, above = peak_above(work)
    next(stage, None)
    return {"rows": int(rows or 0), **figures, "peak_mb": figures["held_mb"] + above / 2**20}


def _read_resident_mb() -> float:
    return psutil.Process().memory_info().rss / 2**20
