"""A candidate of a system of the study: it learns, then it answers, and what fails on the way is kept as an error."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from lab.systems import find_system, open_system
from problem.contract import AGES, VECTOR, Mode, System
from problem.facts import Facts
from problem.oracle import oracle_at_ages
from problem.questions import NEW_YORK, questions, scheduled_between
from problem.replay import look_ups
from problem.world import World

WEEKS = ("2013-03-15", "2013-06-14", "2013-08-16")
"""New York days on which a week begins whose flights are asked about. Faults strike the first; the others show what
passes by the season."""
KNOWN, PAST, ASKED = (pd.Timedelta(days=days) for days in (70, 42, 7))
"""How long before the week flights are known, and learned from; how long it is."""
TRAINED, LATER = pd.Timedelta(hours=-12), pd.Timedelta(days=8, hours=12)
"""From the week's beginning: when models are trained, and when the outcomes of all that was asked are known."""
LEARNED, QUESTIONS, REMADE = 10_000, 600, 40
"""Rows that are learned from, questions asked in a week, and answers that the oracle makes again."""
TICK = pd.Timedelta(hours=1)
"""How often the clock wakes a system between questions."""


@dataclass(frozen=True)
class Site:
    """The true ``facts``; what is learned from (``past``) and ``asked``, of one mode; when the ``week`` begins."""

    system: str
    week: pd.Timestamp
    facts: Facts
    past: pd.DataFrame
    asked: pd.DataFrame

    @property
    def name(self) -> str:
        """The system and how it is asked, as ``fti, batch``."""
        return f"{self.system}, {self.mode.replace('_', ' ')}"

    @property
    def mode(self) -> Mode:
        """The kind of question."""
        mode: Mode = self.asked["mode"].iloc[0]
        return mode


class Attempted:
    """A ``problem.good_enough.Candidate``: looking at a part that could not be made raises what it died of."""

    def __init__(self, looked_at: pd.Timestamp) -> None:
        self.parts: dict[str, Any] = {"looked_at": looked_at}

    def __getattr__(self, name: str) -> Any:
        part = self.__dict__["parts"].get(name, AttributeError(name))
        if isinstance(part, Exception):
            raise part
        return part

    def attempt(self, names: Sequence[str], make: Callable[[], Sequence[Any]]) -> None:
        """Keep what ``make`` gives under these names, or its error under each."""
        try:
            made = make()
        except Exception as error:  # any: a fault may be anything
            made = [error] * len(names)
        self.parts |= dict(zip(names, made, strict=True))


def cut_facts(facts: Facts, week: pd.Timestamp) -> Facts:
    """The flights of ten weeks before the week, and the week's."""
    kept = facts.flights["scheduled_at"].between(week - KNOWN, week + ASKED)
    return facts.only(pd.Index(facts.flights.loc[kept, "flight_id"]))


def open_site(system: str, mode: str, facts: Facts, day: str = WEEKS[0]) -> Site:
    """What a system learns from and is asked in the week that begins on ``day``."""
    week = pd.Timestamp(day, tz=NEW_YORK)
    facts = cut_facts(facts, week)
    asked = questions(facts, mode)
    past = asked[(asked["scheduled_at"] >= week - PAST) & (asked["asked_at"] < week + TRAINED)]
    now, then = (
        rows.sample(count, random_state=0).sort_values(["asked_at", "flight_id"], ignore_index=True)
        for rows, count in ((scheduled_between(asked, week, week + ASKED), QUESTIONS), (past, LEARNED))
    )
    return Site(system, week, facts, then, now)


def install(site: Site, home: Path) -> None:
    """A healthy installation: features up to the hour of training, and the model that no check looks at."""
    system, world = _wake(site, home)
    system.train(world.warehouse, site.past, "delay")


def learn(site: Site, home: Path) -> list[Any]:
    """Train twice on the same; what it learned from, and what either model says to that."""
    system, world = _wake(site, home)
    learned = system.train(world.warehouse, site.past, "late")
    fitted = say(site, home, learned)
    _wake(site, home)[0].train(world.warehouse, site.past, "late")
    return [learned, fitted, say(site, home, learned)]


def serve(site: Site, home: Path, seen: Facts, asked: pd.DataFrame) -> pd.DataFrame:
    """The vectors for these questions in a world with these facts."""
    return pd.concat(look_ups(open_system(site.system, home), seen, asked, TICK), ignore_index=True)


def answer(site: Site, home: Path, vectors: pd.DataFrame) -> list[Any]:
    """The log of these vectors, and what was said of versions while the model was loaded."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        answers = open_system(site.system, home).predict(vectors).reset_index(drop=True)
    return [answers, [line for line in dict.fromkeys(str(warning.message) for warning in said) if "version" in line]]


def say(site: Site, home: Path, table: pd.DataFrame) -> pd.Series:
    """What the model in force says to features."""
    vectors = table.assign(mode=site.mode, **dict.fromkeys(set(AGES) - set(table), 0.0))
    return pd.Series(answer(site, home, vectors[list(VECTOR)])[0]["prediction"])


def see_as_trained(site: Site, home: Path) -> pd.DataFrame:
    """The features that training sees for the questions later, in their order."""
    system, world = _wake(site, home, LATER)
    features = system.training_features(world.warehouse, site.asked)
    return features.set_index("flight_id").loc[site.asked["flight_id"]].reset_index()


def make_right(site: Site, vectors: pd.DataFrame) -> pd.DataFrame:
    """What the oracle says of some of the vectors."""
    return oracle_at_ages(site.facts, vectors.sample(min(REMADE, len(vectors)), random_state=0))


def find_late(site: Site) -> pd.Series:
    """Whether each flight asked about was late."""
    return site.facts.outcomes.set_index("flight_id")["late"].loc[site.asked["flight_id"]].reset_index(drop=True)


def _wake(site: Site, home: Path, after: pd.Timedelta = TRAINED) -> tuple[System, World]:
    system, world = open_system(site.system, home), World(site.facts, (site.week + after).tz_convert("UTC"))
    system.wake(world)
    if find_system(site.system).has_store:
        system.store.flush()  # type: ignore[attr-defined]
    return system, world
