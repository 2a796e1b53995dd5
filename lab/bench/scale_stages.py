"""One stage at one size, in a process of its own that reads its own figures: ``python -m lab.bench.scale_stages``."""

import json
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import joblib
import pandas as pd
import psutil

from lab.bench.scale_ground import Ground, world
from measure.cost.footprint import peak_above
from problem.contract import FEATURES
from problem.learner import new_learner
from problem.world import World
from reference.systems.fti.inference import batch_vectors
from reference.systems.fti.system import System
from reference.systems.fti.training import training_features


@dataclass(frozen=True)
class Job:
    """What a stage does once its input is in memory, on so many ``rows``; ``keep`` writes its output."""

    rows: int
    work: Callable[[], object]
    keep: Callable[[object], object] = lambda made: None


def features(ground: Ground) -> Job:
    """The feature pipeline fills an empty store."""
    facts, home = ground.facts(), ground.folder / "home"
    shutil.rmtree(home, ignore_errors=True)

    def work() -> None:
        system = System(home)
        system.wake(World(facts, ground.end))
        system.store.flush()

    return Job(len(facts.flights), work)


def read(ground: Ground) -> Job:
    """The historical read of all real-time questions of the training period."""
    asked, store = ground.asked("training"), ground.store()
    keep = ground.folder / "vectors.parquet"
    return Job(
        len(asked),
        lambda: training_features(store, asked.drop(columns="label")),
        lambda table: table.assign(label=asked["label"]).to_parquet(keep, index=False),  # type: ignore[attr-defined]
    )


def fit(ground: Ground) -> Job:
    """The fit of one model on these vectors."""
    table = pd.read_parquet(ground.folder / "vectors.parquet")
    work = lambda: new_learner("late").fit(table[list(FEATURES)], table["label"])  # noqa: E731
    return Job(len(table), work, lambda model: joblib.dump(model, ground.folder / "model.joblib"))


def score(ground: Ground, name: str = "nights") -> Job:
    """Batch scoring of every evening of all years: vectors from the history, then predictions."""
    asked, store, model = ground.asked(name), ground.store(), joblib.load(ground.folder / "model.joblib")
    return Job(len(asked), lambda: model.predict_proba(batch_vectors(store, asked)[list(FEATURES)]))


def night(ground: Ground) -> Job:
    """Batch scoring of the last evening alone: as many questions at every size, out of a longer history."""
    job = score(ground, "night")
    return Job(len(ground.asked("nights")), job.work)


STAGES: dict[str, Callable[[Ground], Job]] = {job.__name__: job for job in (features, read, fit, score, night)}


def measured(prepare: Callable[[Ground], Job], ground: Ground) -> dict[str, float]:
    """``seconds``, ``cpu`` (this process), ``rows``; MB of this process: with libraries alone, before, at its peak."""
    libraries = _resident()
    job = prepare(ground)
    began: list[float] = []

    def run() -> object:
        began.extend([_resident(), time.perf_counter(), time.process_time()])
        made = job.work()
        began.extend([time.perf_counter(), time.process_time()])
        return made

    made, above = peak_above(run)
    held, start, cpu, end, cpu_end = began
    job.keep(made)
    memory = {"libraries_mb": libraries, "held_mb": held, "peak_mb": held + above / 2**20}
    return {"rows": job.rows, "seconds": end - start, "cpu": cpu_end - cpu, **memory}


def _resident() -> float:
    return psutil.Process().memory_info().rss / 2**20


def main(stage: str, folder: str, said: str) -> None:
    ground = Ground(Path(folder))
    if stage == "world":
        world(ground)
    else:
        Path(said).write_text(json.dumps(measured(STAGES[stage], ground)))


if __name__ == "__main__":
    main(*sys.argv[1:])
