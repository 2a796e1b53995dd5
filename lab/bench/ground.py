"""What the bench of the feature pipeline works on: filled stores, trained systems, and the questions of the year."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from shutil import rmtree

import pandas as pd

from antipatterns.systems.monolith.system import System as Monolith
from lab.service.service_installation import renew_installation
from problem.contract import Request, requests
from problem.facts import Facts
from problem.questions import CUT_OFF, NEW_YORK, questions, scheduled_between
from problem.world import World
from reference.systems.fti.system import System as Fti

END = pd.Timestamp("2014-01-02", tz="UTC")
NOON = pd.Timestamp("2013-11-13 12:00", tz=NEW_YORK).tz_convert("UTC")
QUARTER = pd.Timedelta(minutes=15)


@dataclass(frozen=True)
class Ground:
    """Everything below ``folder``, which is thrown away; what takes long is made once, when it is first needed."""

    folder: Path
    facts: Facts

    @cached_property
    def asked(self) -> pd.DataFrame:
        """The batch questions of the year."""
        return questions(self.facts, "batch")

    @cached_property
    def eighth(self) -> pd.Timestamp:
        """The instant up to which an eighth of the year's flights was asked about."""
        return self.asked["asked_at"].iloc[len(self.asked) // 8]

    def asked_until(self, until: pd.Timestamp) -> pd.DataFrame:
        """The batch questions asked up to an instant."""
        return self.asked[self.asked["asked_at"] <= until].reset_index(drop=True)

    def filled(self, name: str, until: pd.Timestamp) -> Fti:
        """A store filled from nothing in a folder of its own; what an earlier round left there is removed."""
        rmtree(self.folder / name, ignore_errors=True)
        system = Fti(self.folder / name)
        fill(system, self.facts, until)
        return system

    @cached_property
    def whole(self) -> Fti:
        """A store of the whole year."""
        return self.filled("whole", END)

    @cached_property
    def part(self) -> Fti:
        """A store of the first eighth."""
        return self.filled("part", self.eighth)

    @cached_property
    def at_noon(self) -> Fti:
        """A store filled up to noon of an ordinary day, to be refreshed from there on."""
        return self.filled("noon", NOON)

    @cached_property
    def fti(self) -> Fti:
        """FTI as the study trained it, its store filled up to the cut-off."""
        return Fti(renew_installation("fti", self.folder / "fti"))

    @cached_property
    def monolith(self) -> Monolith:
        """The monolith as the study trained it."""
        return Monolith(renew_installation("monolith", self.folder / "monolith"))

    @cached_property
    def night(self) -> list[Request]:
        """The last night's questions before the cut-off: all flights of the next day."""
        asked = scheduled_between(self.asked, CUT_OFF, CUT_OFF + pd.Timedelta(days=1))
        return requests(asked)

    def due(self, until: pd.Timestamp) -> list[Request]:
        """The real-time questions of the quarter of an hour that ends at ``until``, asked at its end."""
        asked = questions(self.facts, "real_time")
        asked = asked[(asked["asked_at"] > until - QUARTER) & (asked["asked_at"] <= until)]
        return requests(asked.assign(asked_at=until))


def fill(system: Fti, facts: Facts, until: pd.Timestamp) -> None:
    """Every view up to its last refresh before ``until``, online and in the history on disk."""
    system.wake(World(facts, until))
    system.store.flush()
