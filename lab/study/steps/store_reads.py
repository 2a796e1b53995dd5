"""Worker that reads one store in five ways: as of each question, its latest values, and from three leaky fills."""

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd

from lab.engine.progress import reported
from lab.study.day_blocks import find_days
from lab.study.steps.full_year import END
from lab.study.steps.messy_store import HalfLostFti, StoreDoor, read_store, serve_store
from lab.study.steps.messy_world import Compared, ask_training_path, compare_sides, install, list_questions, write_sums
from measure.data.days import sum_by_day
from measure.data.scores import log_losses
from problem.contract import FEATURES
from problem.facts import Facts, load_facts
from problem.learner import new_learner
from problem.messy_facts import make_messy
from problem.questions import CUT_OFF, NEW_YORK, questions, scheduled_between
from problem.world import World
from reference.systems.fti import features
from reference.systems.fti.stores import FeatureStore
from reference.systems.fti.system import System

AS_OF, LATEST, LEAKY, LEAKIER = "as of", "latest value", "leaky fill", "leaky fill, last leg too"
EARLY = "leaky fill, windows stamped at their start"
SEPTEMBER = pd.Timestamp("2013-09-01", tz=NEW_YORK)
WITHOUT_WINDOW = ("aircraft_landings", "weather", "aircraft")
HONEST = {LEAKY: WITHOUT_WINDOW, LEAKIER: ("weather", "aircraft"), EARLY: WITHOUT_WINDOW}
"""By leaky fill, the views that it makes as they are made otherwise."""
WINDOWS = {"origin_departures": "2h", "carrier_landings": "24h", "route_landings": "28d"}
"""The windows of the views that have one, as the specification says."""


def read_in_five_ways(folder: Path, steps: Path, name: str) -> None:
    """Train on each read of the store and answer October to December; ``arms.parquet`` and ``features.parquet``.

    They are as in ``lab.study.steps.messy_world``; an arm is a read. ``AS_OF``: the study's own answers. ``LATEST``:
    training finds for every question the latest value of its keys, at the cut-off, and at the end where belief is
    measured; what is served are the study's vectors. ``LEAKY``: before the cut-off windows were filled by scheduled
    departure, ``LEAKIER``: and an aircraft's last leg, too; ``EARLY``: windows were stamped with their beginning. Rows
    after the cut-off are honest, and the store is served from as the study serves. No question asked before the cut-off
    counts. ``live.parquet`` is as in ``lab.study.steps.messy_store``, of the leaky arms.
    ``september.parquet``: arm, mode, and by day the ``rows`` and sums of their log ``loss`` in nats, of a model fitted
    on the questions before September and tried on those of September, all as the read gives them.
    """
    served, offline = (pd.read_parquet(steps / f"serve-{name}" / f"{side}.parquet") for side in ("served", "offline"))
    served, offline = (rows[rows["asked_at"] >= CUT_OFF] for rows in (served, offline))
    found = compare_sides(AS_OF, offline, served)
    past = {AS_OF: pd.read_parquet(steps / f"train-{name}" / "training.parquet")}
    lived = []
    for read in reported((LATEST, *HONEST)):
        home = install(steps, name, folder, read)
        if read == LATEST:
            compared, past[read] = read_latest(System(home), served)
        else:
            compared, past[read], live = read_leaky(home, read)
            lived.append({"arm": read} | live)
        found += compared
        shutil.rmtree(home)
    write_sums(folder, found)
    pd.DataFrame(lived).to_parquet(folder / "live.parquet", index=False)
    tried = [try_on_september(table).assign(arm=read) for read, table in past.items()]
    pd.concat(tried, ignore_index=True).to_parquet(folder / "september.parquet", index=False)


def read_latest(system: System, served: pd.DataFrame) -> tuple[list[Compared], pd.DataFrame]:
    """What a join without time makes of training and belief, and its training table; served as the study serves."""
    facts, found, tables = load_facts(), [], []
    labels = facts.known_at(CUT_OFF).outcomes[["flight_id", "late"]]
    system.wake(World(facts, END))
    for mode in system.modes:
        past = scheduled_between(questions(facts, mode), None, CUT_OFF).merge(labels, on="flight_id")
        tables.append(read_store(system.store, past, CUT_OFF).assign(label=past["late"]))
        model = new_learner("late").fit(tables[-1][list(FEATURES)], past["late"])
        asked = scheduled_between(questions(facts, mode), CUT_OFF, None)
        asked = asked[asked["asked_at"] >= CUT_OFF].reset_index(drop=True)
        sides = (read_store(system.store, asked, END), served[served["mode"] == mode])
        told = [side.assign(prediction=model.predict_proba(side[list(FEATURES)])[:, 1]) for side in sides]
        found += compare_sides(LATEST, *told)
    return found, pd.concat(tables, ignore_index=True)


def read_leaky(home: Path, read: str) -> tuple[list[Compared], pd.DataFrame, dict[str, int]]:
    """What a store serves and believes whose history before the cut-off knows more than could be known.

    Its training table comes with it, and what ``serve_store`` says of live answers.
    """
    shutil.rmtree(home / "features")
    facts = make_messy(load_facts(), ())
    door = StoreDoor(HalfLostFti(home, lost=0.0), facts, ())
    fill_leaky(door.system.store, facts, CUT_OFF, read)
    known, tables = facts.known_at(CUT_OFF), []
    for mode in door.modes:
        past = scheduled_between(questions(facts, mode), None, CUT_OFF)
        tables.append(door.train(known, past, "late").assign(mode=mode))
    asked = list_questions(door.modes, every_days=1)
    asked = asked[asked["asked_at"] >= CUT_OFF].reset_index(drop=True)
    served, live = serve_store(door, facts, asked)
    compared = compare_sides(read, ask_training_path(door, facts, asked), served)
    return compared, pd.concat(tables, ignore_index=True), live


def try_on_september(table: pd.DataFrame) -> pd.DataFrame:
    """What a test before the release would promise: losses on the last month of a training table, by mode and day."""
    found = []
    for mode, rows in table.groupby("mode"):
        before = rows["asked_at"] < SEPTEMBER
        past, month = rows[before], rows[~before].sort_values("flight_id")
        model = new_learner("late").fit(past[list(FEATURES)], past["label"])
        losses = log_losses(month["label"].to_numpy(bool), model.predict_proba(month[list(FEATURES)])[:, 1])
        found.append(sum_by_day(find_days(month["asked_at"]), {"loss": losses}).assign(mode=mode))
    return pd.concat(found, ignore_index=True)


def fill_leaky(store: FeatureStore, facts: Facts, now: pd.Timestamp, read: str) -> None:
    """Fill an empty store up to ``now``: honest views by when a fact was known, the others as the read says."""
    known = facts.known_at(now)
    for view, make_rows in features.VIEWS.items():
        every = store.schedules[view]
        until = features.last_refresh(pd.DatetimeIndex([now]), every)[0]
        seen = known if view in HONEST[read] else look_ahead(known, read, WINDOWS.get(view, ""))
        rows = make_rows(seen, every, features.BEGINNING, until)
        store.write(view, rows[rows[features.STAMP] <= until], until)


def look_ahead(facts: Facts, read: str, window: str) -> Facts:
    """The facts as a leaky fill dates them: by schedule, or a window earlier than they were known."""
    return know_by_schedule(facts) if read != EARLY else know_early(facts, pd.Timedelta(window))


def know_early(facts: Facts, lead: pd.Timedelta) -> Facts:
    """The facts, each known by so much before it was."""
    tables = {name: getattr(facts, name) for name in ("departures", "landings")}
    return replace(facts, **{name: of.assign(known_at=of["known_at"] - lead) for name, of in tables.items()})


def know_by_schedule(facts: Facts) -> Facts:
    """The facts of a warehouse whose only time of a flight is its scheduled departure."""
    scheduled = facts.flights.set_index("flight_id")["scheduled_at"]
    tables = {
        name: table.assign(known_at=table["flight_id"].map(scheduled)).sort_values("known_at", kind="stable")
        for name, table in (("departures", facts.departures), ("landings", facts.landings))
    }
    return replace(facts, **tables)
