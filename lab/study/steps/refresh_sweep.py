"""Worker that sweeps FTI's refresh interval: what older features cost in predictions, and fresher ones in CPU."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from lab.engine.progress import reported
from lab.study.refresh_arms import DEPLOYED, FRESH, NIGHT
from lab.study.steps.full_year import END
from measure.cost.reuse import measure_cpu_seconds
from problem.contract import FEATURES, KEYS, Mode
from problem.facts import Facts, load_facts
from problem.learner import new_learner
from problem.questions import CUT_OFF, NEW_YORK, questions, scheduled_between
from problem.world import World
from reference.systems.fti.feature_repo.definitions import EVERY
from reference.systems.fti.inference import batch_vectors
from reference.systems.fti.on_demand import complete
from reference.systems.fti.registry import ModelRegistry
from reference.systems.fti.system import System

ON = list(KEYS)
INTERVALS = (FRESH, "15min", "1h", "6h", "1D", "3D", "7D", DEPLOYED)
FAILED = (22, 10)
"""New York hours between which no refresh ran in the arm of the failed night."""
REFRESHES, LONG_REFRESHES = 24, 6
"""Consecutive refreshes, from noon of 13 November on, whose CPU seconds are taken for those of all others; the second
number is for intervals of a day or more."""
NOON = pd.Timestamp("2013-11-13 12:00", tz=NEW_YORK)


def sweep_intervals(folder: Path, steps: Path, name: str) -> None:
    """The served questions again, with every refresh interval; the deployed models and models fitted anew.

    ``sweep.parquet``: interval, mode, the keys, ``deployed`` and ``retrained`` predictions (the second null after a
    failed night). ``cpu.parquet``: interval, seconds (CPU, of one refresh of every view due), per_day.
    """
    registry = ModelRegistry(steps / f"train-{name}" / "home" / "registry")
    deployed, facts = dict(EVERY), load_facts()
    found, seconds = [], []
    for interval in reported(INTERVALS):
        EVERY.update(deployed if interval == DEPLOYED else dict.fromkeys(EVERY, interval))
        seconds.append({"interval": interval} | _time_refresh(folder / "cost", facts, interval))
        system = System(folder / "home")
        system.wake(World(facts, END))
        found += [answers.assign(interval=interval) for answers in _answer_all(system, registry, facts)]
        found += [_answer_failed_night(system, registry, facts)] if interval == DEPLOYED else []
        shutil.rmtree(folder / "home")
    pd.concat(found, ignore_index=True).to_parquet(folder / "sweep.parquet", index=False)
    pd.DataFrame(seconds).to_parquet(folder / "cpu.parquet", index=False)


def _answer_all(system: System, registry: ModelRegistry, facts: Facts) -> Iterator[pd.DataFrame]:
    late = facts.known_at(CUT_OFF).outcomes[["flight_id", "late"]]
    for mode in system.modes:
        asked = questions(facts, mode)
        past = scheduled_between(asked, None, CUT_OFF).merge(late, on="flight_id")
        table = system.training_features(facts, past.drop(columns="late"))
        anew = new_learner("late").fit(table[list(FEATURES)], past["late"])
        vectors = batch_vectors(system.store, scheduled_between(asked, CUT_OFF, None))
        yield vectors[[*ON, "mode"]].assign(
            deployed=_predict_by_champion(registry, mode, vectors),
            retrained=anew.predict_proba(vectors[list(FEATURES)])[:, 1].astype("float32"),
        )


def _predict_by_champion(registry: ModelRegistry, mode: Mode, vectors: pd.DataFrame) -> pd.Series:
    model, _ = registry.champion(f"late_{mode}")
    return pd.Series(model.predict_proba(vectors[list(FEATURES)])[:, 1], vectors.index).astype("float32")


def _answer_failed_night(system: System, registry: ModelRegistry, facts: Facts) -> pd.DataFrame:
    asked = scheduled_between(questions(facts, "real_time"), CUT_OFF, None)
    vectors = read_failed_night(system, asked)
    answers = asked.loc[vectors.index, [*ON, "mode"]].assign(
        deployed=_predict_by_champion(registry, "real_time", vectors)
    )
    return answers.assign(retrained=float("nan"), interval=NIGHT)


def read_failed_night(system: System, asked: pd.DataFrame) -> pd.DataFrame:
    """The vectors of those questions asked in a night or morning, as if no refresh had run since the evening."""
    local = asked["asked_at"].dt.tz_convert(NEW_YORK)
    asked = asked[(local.dt.hour >= FAILED[0]) | (local.dt.hour < FAILED[1])]
    clock = local[asked.index].dt.tz_localize(None)
    evening = (clock - pd.Timedelta(hours=FAILED[1])).dt.normalize() + pd.Timedelta(hours=FAILED[0])
    stored = system.store.read_history(asked.assign(asked_at=evening.dt.tz_localize(NEW_YORK).dt.tz_convert("UTC")))
    return pd.DataFrame(complete(dict(asked), dict(stored)), index=asked.index)


def _time_refresh(home: Path, facts: Facts, interval: str) -> dict[str, float]:
    """CPU seconds of one refresh out of several in a row, and of a day of them."""
    step = pd.Timedelta("15min" if interval == DEPLOYED else interval)
    system, start = System(home), NOON.tz_convert("UTC")
    count = REFRESHES if step < pd.Timedelta(days=1) else LONG_REFRESHES
    world = World(facts, start)
    system.wake(world)
    system.store.flush()

    def refreshes() -> None:
        for number in range(1, count + 1):
            world.move_to(start + number * step)
            system.wake(world)
        system.store.flush()

    seconds = measure_cpu_seconds(refreshes) / count
    shutil.rmtree(home)
    return {"seconds": seconds, "per_day": seconds * (pd.Timedelta(days=1) / step)}
