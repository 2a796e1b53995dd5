"""Worker of the messy world for a system with a store: online rows get lost and late, its history stays as written."""

import shutil
from pathlib import Path

import pandas as pd

from lab.engine.progress import reported
from lab.study.steps import messy_world
from lab.study.steps.full_year import END
from lab.study.steps.messy_world import AGAIN, ARMS, IN_WAREHOUSE, ON, RATES, MessyDoor, compare_sides
from measure.data.skew import row_skew
from problem.contract import FEATURES, Request, Vector
from problem.facts import Facts, load_facts
from problem.messy_facts import CORRECTED, LOST, MINUTE, draw_shares, make_messy
from problem.questions import NEW_YORK
from problem.replay import replay
from problem.world import World
from reference.systems.fti import features, inference, training
from reference.systems.fti.on_demand import complete
from reference.systems.fti.stores import FeatureStore
from reference.systems.fti.system import System

LIVE_HOUR, LIVE_EVERY = 15, 30
"""The New York hour whose real-time questions are asked of the online store, one by one, on a day in so many."""


class LossyStore(FeatureStore):
    """A feature store to which a share ``lost`` of the rows is never written: it stands for a store's online half.

    Rows of many refreshes are taken in refresh by refresh, as if the job had run every quarter of an hour. (FTI's own
    store takes the last row that it is handed for the latest, which after missed refreshes is another one where
    landings were reported out of order: a test shows it.)
    """

    def __init__(self, home: Path, lost: float) -> None:
        super().__init__(home)
        self.lost = lost

    def write(self, view: str, rows: pd.DataFrame, refreshed: pd.Timestamp) -> None:
        """See ``FeatureStore``: which rows are lost hangs on their keys and stamps, not on who writes how many."""
        named = rows[[*self._keys[view], features.STAMP]]
        kept = rows[draw_shares(named, f"{LOST} {view}") >= self.lost]
        super().write(view, kept.sort_values(features.STAMP, kind="stable"), refreshed)


class HalfLostFti(System):
    """FTI whose online store lost some of the rows that its history has; where none was lost both are one store."""

    def __init__(self, home: Path, lost: float) -> None:
        super().__init__(home)
        self.store = LossyStore(home / "features", lost=0.0)
        self.online = LossyStore(home / "online", lost) if lost else self.store

    def wake(self, world: World) -> None:
        """See the contract."""
        super().wake(world)
        if self.online is not self.store:
            features.refresh(self.online, world.warehouse, world.now)

    def look_up(self, world: World, asked: list[Request]) -> list[Vector]:
        """See the contract."""
        if asked[0].mode == "batch":
            return super().look_up(world, asked)
        return [inference.online_vector(self.online, request) for request in asked]


class StoreDoor(MessyDoor):
    """The door of a system with a store, whose jobs are not put off until somebody asks where that would matter."""

    system: HalfLostFti

    def wake(self, world: World) -> None:
        """See the contract. Jobs that were due before a night's corrections came in have not seen them."""
        for night in self._list_nights(world.now):
            self.system.wake(self.follow(night - MINUTE + self.lag))
        super().wake(world)

    def recall(self, asked: pd.DataFrame) -> pd.DataFrame:
        """What real-time ``look_up`` would have given, from what was written to the online store and when it was there.

        A test and every run hold this equal to questions really asked.
        """
        return read_store(self.system.online, asked, asked["asked_at"] - self.lag)

    def _list_nights(self, now: pd.Timestamp) -> pd.DatetimeIndex:
        """The instants between the last wake and this one at which corrections come in."""
        since = self._behind.now if self._behind else max(self.system.store.refreshed.values())
        settled = pd.DatetimeIndex(self.facts.first_reports["settled_at"].unique()).sort_values()
        return settled[(settled > since + MINUTE) & (settled <= now - self.lag)]


def read_store(store: FeatureStore, asked: pd.DataFrame, instants: pd.Series | pd.Timestamp) -> pd.DataFrame:
    """The keys, mode and feature vector of each question, from the rows stamped at ``instants`` at the latest."""
    stored = store.read_history(asked.assign(asked_at=instants))
    return asked[[*ON, "mode"]].join(pd.DataFrame(complete(dict(asked), dict(stored)), index=asked.index))


def live_in_messy_worlds(folder: Path, steps: Path, name: str) -> None:
    """As ``lab.study.steps.messy_world``, and corrections with the history filled again.

    Batch questions are asked every night, real-time ones in stated hours; the others are recalled. ``live.parquet``:
    arm, how many real-time questions were ``asked`` live, and of how many the vector is ``different`` as recalled.
    """
    found, live = [], []
    for arm, troubles in reported(ARMS.items(), len(ARMS)):
        facts = make_messy(load_facts(), troubles, RATES)
        home = messy_world.install(steps, name, folder, arm)
        if IN_WAREHOUSE & {*troubles}:
            shutil.rmtree(home / "features")  # what the kind world has told
        door = StoreDoor(HalfLostFti(home, RATES.lost if LOST in troubles else 0.0), facts, troubles)
        door.system.wake(World(facts, messy_world.CUT_OFF))
        messy_world.train_again(door, facts, troubles)
        asked = messy_world.list_questions(door.modes)
        served, checked = serve_store(door, facts, asked)
        live.append({"arm": arm} | checked)
        found += compare_sides(arm, messy_world.ask_training_path(door, facts, asked), served)
        if arm == CORRECTED:
            found += compare_sides(AGAIN, ask_filled_again(door, facts, asked, folder / "again"), served)
        shutil.rmtree(home)
    messy_world.write_sums(folder, found)
    pd.DataFrame(live).to_parquet(folder / "live.parquet", index=False)


def serve_store(door: StoreDoor, facts: Facts, asked: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """The log of all questions, and how many real-time ones were asked live and came out other than recalled."""
    clock = asked["asked_at"].dt.tz_convert(NEW_YORK)
    in_hour = (clock.dt.hour == LIVE_HOUR) & (clock.dt.dayofyear % LIVE_EVERY == 1)
    log = pd.concat(replay(door, facts, asked[(asked["mode"] == "batch") | in_hour]), ignore_index=True)
    door.wake(World(facts, END + door.lag))
    recalled = door.predict(door.recall(asked[asked["mode"] == "real_time"].reset_index(drop=True)))
    live = log[log["mode"] == "real_time"]
    same = recalled[recalled["flight_id"].isin(live["flight_id"])]
    different = int(row_skew(same, live, ON, list(FEATURES)).by_row["skewed"].sum())
    rest = recalled[~recalled["flight_id"].isin(live["flight_id"])]
    return pd.concat([log, rest], ignore_index=True), {"asked": len(live), "different": different}


def ask_filled_again(door: StoreDoor, facts: Facts, asked: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """The training path's answers from a store that was filled at the end, by the models that served."""
    store = FeatureStore(folder)
    features.refresh(store, facts.known_at(END), END)
    parts = []
    for mode, rows in asked.groupby("mode"):
        found = training.training_features(store, rows.reset_index(drop=True))
        parts.append(door.predict(found.assign(mode=mode)))
    shutil.rmtree(folder)
    return pd.concat(parts, ignore_index=True)
