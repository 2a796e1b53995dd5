"""The stages of FTI at one size, each a step that measures itself, and the longer worlds that they work on."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import joblib
import pandas as pd
import psutil

from lab.engine.step import Step
from lab.systems import find_system
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
TABLES = [field.name for field in fields(Facts)]


@dataclass(frozen=True)
class Job:
    """What a stage does once its input is in memory, on so many ``rows``; ``keep`` writes its output."""

    rows: int
    work: Callable[[], object]
    keep: Callable[[Any], object] = lambda output: None


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


def plan(rounds: Mapping[int, int]) -> list[Step]:
    """All steps, sizes by turns, so that a slow hour of the machine meets all; ``rounds`` of each size, in years."""
    fti, steps = find_system("fti"), []
    for number in range(max(rounds.values())):
        for copies in (copies for copies, count in rounds.items() if number < count):
            names = [f"world-{copies}", *(f"{stage}-{copies}-{number}" for stage in STAGES)]
            if number == 0:
                steps.append(Step(names[0], f"{__name__}:make_world", f"{copies} years of flights", {"copies": copies}))
            for stage, after, name in zip(STAGES, names, names[1:], strict=False):
                arguments = {"stage": stage, "copies": copies, "number": number}
                steps.append(
                    Step(name, f"{__name__}:measure", f"{copies} years: {stage}", arguments, (after,), alone=True,
                         loads=fti.modules, data=fti.data)
                )  # fmt: skip
    return steps


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


def fill_store(place: Place, folder: Path) -> Job:
    """The feature pipeline fills an empty store."""
    facts = Facts(**{name: pd.read_parquet(place.of("world") / f"{name}.parquet") for name in TABLES})

    def work() -> None:
        system = System(folder / "home")
        system.wake(World(facts, END + (place.copies - 1) * YEAR))
        system.store.flush()

    return Job(len(facts.flights), work)


def read_history(place: Place, folder: Path) -> Job:
    """The historical read of all real-time questions of the training period."""
    asked, store = place.asked("training"), place.store()
    return Job(
        len(asked),
        lambda: training_features(store, asked.drop(columns="label")),
        lambda table: table.assign(label=asked["label"]).to_parquet(folder / "vectors.parquet", index=False),
    )


def fit_model(place: Place, folder: Path) -> Job:
    """The fit of one model on these vectors."""
    table = pd.read_parquet(place.of("read") / "vectors.parquet")
    work = lambda: new_learner("late").fit(table[list(FEATURES)], table["label"])  # noqa: E731
    return Job(len(table), work, lambda model: joblib.dump(model, folder / "model.joblib"))


def score_nights(place: Place, folder: Path, name: str = "nights") -> Job:
    """Batch scoring of every evening of all years: vectors from the history, then predictions."""
    asked, store, model = place.asked(name), place.store(), joblib.load(place.of("fit") / "model.joblib")
    return Job(len(asked), lambda: model.predict_proba(batch_vectors(store, asked)[list(FEATURES)]))


def score_last_night(place: Place, folder: Path) -> Job:
    """Batch scoring of the last evening alone: as many questions at every size, out of a longer history."""
    return replace(score_nights(place, folder, "night"), rows=len(place.asked("nights")))


STAGES: dict[str, Callable[[Place, Path], Job]] = {
    "features": fill_store, "read": read_history, "fit": fit_model, "score": score_nights, "night": score_last_night
}  # fmt: skip


def measure(folder: Path, steps: Path, stage: str, copies: int, number: int) -> None:
    """Run one stage and write ``measurement.json``: see ``measure_job``."""
    libraries = _read_resident_mb()
    job = STAGES[stage](Place(steps, copies, number), folder)
    figures = {"stage": stage, "copies": copies, "round": number, "libraries_mb": libraries, **measure_job(job)}
    (folder / "measurement.json").write_text(json.dumps(figures))


def measure_job(job: Job) -> dict[str, float]:
    """``rows``, wall and ``cpu`` seconds; MB of this process before the work (``held_mb``) and at its peak."""
    clock: list[float] = []

    def run() -> object:
        clock.extend([_read_resident_mb(), time.perf_counter(), time.process_time()])
        output = job.work()
        clock.extend([time.perf_counter(), time.process_time()])
        return output

    output, above = peak_above(run)
    held, start, cpu_start, end, cpu_end = clock
    job.keep(output)
    memory = {"held_mb": held, "peak_mb": held + above / 2**20}
    return {"rows": job.rows, "seconds": end - start, "cpu": cpu_end - cpu_start, **memory}


def _read_resident_mb() -> float:
    return psutil.Process().memory_info().rss / 2**20
