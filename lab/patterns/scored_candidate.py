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
from problem.replay import replay
from problem.world import World

WEEKS = ("2013-03-15", "2013-06-14", "2013-08-16")
"""New York days on which a week begins whose flights are asked about. Faults strike the first; the others show what
passes by the season."""
KNOWN, PAST, ASKED = (pd.Timedelta(days=days) for days in (54, 25, 7))
"""How long before the week flights are known, and learned from; how long it is."""
TRAINED, LATER = pd.Timedelta(hours=-12), pd.Timedelta(days=8, hours=12)
"""From the week's beginning: when models are trained, and when the outcomes of all that was asked are known."""
LEARNED, QUESTIONS, REMADE = 12_000, 600, 40
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
    """The flights of eight weeks before the week, and the week's."""
    kept = facts.flights["scheduled_at"].between(week - KNOWN, week + ASKED)
    return facts.only(pd.Index(facts.flights.loc[kept, "flight_id"]))


def open_site(system: str, facts: Facts, day: str = WEEKS[0]) -> Site:
    """What a system learns from and is asked in the week that begins on ``day``; batch questions, if it has any."""
    week = pd.Timestamp(day, tz=NEW_YORK)
    facts = cut_facts(facts, week)
    asked = questions(facts, find_system(system).modes[0])
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


def answer(site: Site, home: Path, seen: Facts, asked: pd.DataFrame) -> list[Any]:
    """The log of these questions in a world with these facts, and what was said while models were loaded."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        answers = pd.concat(replay(open_system(site.system, home), seen, asked, TICK), ignore_index=True)
    return [answers, [line for line in dict.fromkeys(str(warning.message) for warning in said) if "version" in line]]


def say(site: Site, home: Path, table: pd.DataFrame) -> pd.Series:
    """What the model in force says to features."""
    vectors = table.assign(mode=site.mode, **dict.fromkeys(set(AGES) - set(table), 0.0))
    said = open_system(site.system, home).predict(vectors[list(VECTOR)])["prediction"]
    return said.reset_index(drop=True)


def see_as_trained(site: Site, home: Path) -> list[Any]:
    """The features that training sees for the questions later, in their order, and what the model says to them."""
    system, world = _wake(site, home, LATER)
    features = system.training_features(world.warehouse, site.asked)
    features = features.set_index("flight_id").loc[site.asked["flight_id"]].reset_index()
    return [features, say(site, home, features)]


def make_right(site: Site, answers: pd.DataFrame) -> list[Any]:
    """What the oracle says of some of the answers."""
    return [oracle_at_ages(site.facts, answers.sample(min(REMADE, len(answers)), random_state=0))]


def find_late(site: Site) -> pd.Series:
    """Whether each flight asked about was late."""
    return site.facts.outcomes.set_index("flight_id")["late"].loc[site.asked["flight_id"]].reset_index(drop=True)


def _wake(site: Site, home: Path, after: pd.Timedelta = TRAINED) -> tuple[System, World]:
    system, world = open_system(site.system, home), World(site.facts, (site.week + after).tz_convert("UTC"))
    system.wake(world)
    if find_system(site.system).has_store:
        system.store.flush()  # type: ignore[attr-defined]
    return system, world
