"""Worker that sweeps FTI's refresh interval: what older features cost in predictions, and fresher ones in CPU."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from sklearn.metrics import roc_auc_score

from lab.engine.progress import reported
from lab.study.day_blocks import add_outcomes
from lab.study.refresh_arms import DEPLOYED, FAILED, FRESH, NIGHT, select_nights
from lab.study.steps.full_year import END
from measure.cost.reuse import measure_cpu_seconds
from measure.data.days import sum_by_day
from measure.data.scores import log_losses
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
MODELS = ("deployed", "retrained")
REFRESHES, LONG_REFRESHES = 24, 6
"""Consecutive refreshes, from noon of 13 November on, whose CPU seconds are taken for those of all others; the second
number is for intervals of a day or more."""
NOON = pd.Timestamp("2013-11-13 12:00", tz=NEW_YORK)


def sweep_intervals(folder: Path, steps: Path, name: str) -> None:
    """The served questions again, with every refresh interval; the deployed models and models fitted anew.

    ``sweep.parquet``: interval, mode, day, its ``rows``, and sums of their log losses in nats: of the model as
    ``deployed`` and of one ``retrained`` on such features (null after a failed night), of both with features as fresh
    as they can be (``fresh_deployed``, ``fresh_retrained``), and of the first refreshed as deployed (``on_time``).
    ``aucs.parquet``: interval, mode, and the AUC as ``deployed`` and ``on_time``. ``fresh.parquet``: the keys, mode and
    the deployed model's fresh ``prediction`` of what was held against the oracle. ``cpu.parquet``: interval, seconds
    (CPU, of one refresh of every view due), per_day.
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
    answers = pd.concat(found, ignore_index=True)
    sums, aucs = sum_losses(answers)
    held = pd.read_parquet(steps / f"agree-{name}" / "sample.parquet", columns=[*ON, "mode"])
    fresh = answers.loc[answers["interval"] == FRESH, [*ON, "mode", "deployed"]].merge(held)
    tables = {"sweep": sums, "aucs": aucs, "fresh": fresh.rename(columns={"deployed": "prediction"})}
    for table, rows in (tables | {"cpu": pd.DataFrame(seconds)}).items():
        rows.to_parquet(folder / f"{table}.parquet", index=False)


def sum_losses(answers: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables ``sweep`` and ``aucs`` of all answers, which have interval, mode, the keys and both predictions."""
    answers = add_outcomes(answers)
    late = answers["late"].to_numpy(bool)
    losses = {f"{model}_loss": log_losses(late, answers[model].to_numpy(float)) for model in MODELS}
    sums, aucs = [], []
    for mode, rows in answers.assign(**losses).groupby("mode"):
        arms = {interval: arm.set_index("flight_id") for interval, arm in rows.groupby("interval", sort=False)}
        for interval, arm in arms.items():
            fresh, on_time = (arms[other].loc[arm.index] for other in (FRESH, DEPLOYED))
            which, sides = {"interval": interval, "mode": mode}, {"deployed": arm, "on_time": on_time}
            sums.append(_sum_arm(arm, fresh, on_time).assign(**which))
            aucs.append(which | {said: roc_auc_score(arm["late"], of["deployed"]) for said, of in sides.items()})
    return pd.concat(sums, ignore_index=True), pd.DataFrame(aucs)


def _sum_arm(arm: pd.DataFrame, fresh: pd.DataFrame, on_time: pd.DataFrame) -> pd.DataFrame:
    own = {model: arm[f"{model}_loss"].to_numpy() for model in MODELS}
    freshest = {f"fresh_{model}": fresh[f"{model}_loss"].to_numpy() for model in MODELS}
    return sum_by_day(arm["day"], own | freshest | {"on_time": on_time["deployed_loss"].to_numpy()})


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
    asked = asked[select_nights(asked["asked_at"])]
    clock = asked["asked_at"].dt.tz_convert(NEW_YORK).dt.tz_localize(None)
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
