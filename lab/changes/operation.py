"""A system in operation, as an acceptance test may handle it, whichever it is: by its door, and by its folder."""

from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pandas as pd

from lab.changes.replay_dataset import END, ROLLED_OUT, ReplayDataset
from lab.sandbox.installations import copy_installation
from lab.systems import find_system, open_system
from measure.data.skew import row_skew
from problem.contract import FEATURES, KEYS, TARGETS, Mode, Request, System, Target
from problem.oracle import oracle, oracle_at_ages
from problem.replay import replay
from problem.world import World

TICK = pd.Timedelta(days=7)
"""Between questions no clock wakes a system: a job makes up for what it missed."""


@dataclass
class Operation:
    """A system, the folder it is installed in, and the data (``ground``); what was asked for once is kept.

    Asking for anything past ``rolled_out`` first rolls out the code as it is now.
    """

    name: str
    home: Path
    ground: ReplayDataset
    tables: dict[tuple[Mode, Target], pd.DataFrame] = field(default_factory=dict)

    def opened(self) -> System:
        """The installation, started again."""
        return open_system(self.name, self.home)

    @cached_property
    def modes(self) -> tuple[Mode, ...]:
        """The kinds of question that the code as it is now answers."""
        return self.opened().modes

    def over_http(self, request: Request) -> Any:
        """What the system's HTTP service answers to all that a request holds; None if there is no service.

        Raises ``AssertionError`` if it refuses.
        """
        module = f"{find_system(self.name).package}.online"
        if find_spec(module) is None:
            return None
        from fastapi.testclient import TestClient

        system: Any = self.opened()
        system.wake(World(self.ground.facts, request.asked_at))
        instants = {at: getattr(request, at).isoformat() for at in ("asked_at", "scheduled_at")}
        body = request._asdict() | instants
        answer = TestClient(import_module(module).create_app(system.state, self.home)).post("/predict", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def asked(self, mode: Mode) -> pd.DataFrame:
        """The questions of one kind, asked after the roll-out."""
        return _select_mode(self.ground.asked, mode)

    def past(self, mode: Mode) -> pd.DataFrame:
        """The questions of one kind, asked before it."""
        return _select_mode(self.ground.past, mode)

    def rolled_out(self, at: pd.Timestamp = ROLLED_OUT) -> dict[tuple[Mode, Target], pd.DataFrame]:
        """Start the code as it is now: its jobs run, its models are fitted. The training tables, by mode and target."""
        if not self.tables:
            system, warehouse = self.opened(), self.ground.facts.known_at(at)
            system.wake(World(self.ground.facts, at))
            for mode in system.modes:
                past = self.past(mode)
                past = past[past["asked_at"] <= at].reset_index(drop=True)
                for target in TARGETS:
                    self.tables[mode, target] = system.train(warehouse, past, target)
        return self.tables

    @cached_property
    def log(self) -> pd.DataFrame:
        """The answers (``LOG``) to all questions, asked one after the other as time goes by."""
        self.rolled_out()
        return self.replayed()

    def replayed(self) -> pd.DataFrame:
        """The same without a roll-out: the answers by the models that are in force."""
        asked = self.ground.asked[self.ground.asked["mode"].isin(self.modes)].reset_index(drop=True)
        return pd.concat(replay(self.opened(), self.ground.facts, asked, TICK), ignore_index=True)

    def answers(self, mode: Mode) -> pd.DataFrame:
        """The answers of one kind, in the order asked."""
        return _select_mode(self.log, mode)

    def training(self, asked: pd.DataFrame) -> pd.DataFrame:
        """What the training path makes of these questions once all is known."""
        assert len(self.log)  # nothing is asked about the past before it is over
        system = self.opened()
        system.wake(World(self.ground.facts, END))
        return system.training_features(self.ground.facts.known_at(END), asked)

    def wrong(self, mode: Mode) -> dict[str, int]:
        """Features served otherwise than the oracle says for the stated age, with the number of answers."""
        answers = self.answers(mode)
        return count_unequal(answers, oracle_at_ages(self.ground.facts, answers))

    def truth(self, asked: pd.DataFrame) -> pd.DataFrame:
        """What the oracle says at the instants asked."""
        return oracle(self.ground.facts, asked)

    def anew(self) -> "Operation":
        """The code as it is now, installed in an empty folder."""
        return Operation(self.name, Path(mkdtemp(dir=self.home.parent)), self.ground)

    def copied(self, to: Path) -> "Operation":
        """The same installation in another folder; what it gave so far is left behind."""
        return Operation(self.name, copy_installation(self.home, to), self.ground)


def count_unequal(left: pd.DataFrame, right: pd.DataFrame) -> dict[str, int]:
    """Features that differ between two tables of the same questions, with the number of rows."""
    found = row_skew(left, right, list(KEYS), list(FEATURES)).per_feature.set_index("feature")["skewed"]
    return {str(name): round(share * len(left)) for name, share in found.items() if share}


def measure_distance(values: pd.Series, other: pd.Series) -> float:
    """Mean absolute difference of two columns in the same order, over the rows in which both have a value."""
    return float(
        (values.reset_index(drop=True).astype(float) - other.reset_index(drop=True).astype(float)).abs().mean()
    )


def _select_mode(table: pd.DataFrame, mode: Mode) -> pd.DataFrame:
    return table[table["mode"] == mode].reset_index(drop=True)
