"""A candidate of a system of the study: it learns, then it answers, and what fails on the way is kept as an error."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from lab.systems import find_system, open_system
from problem.contract import AGES, VECTOR, Mode, System, Target
from problem.facts import Facts
from problem.oracle import oracle_at_ages
from problem.questions import NEW_YORK, questions, scheduled_between
from problem.replay import look_ups
from problem.world import World

WEEKS = ("2013-03-15", "2013-08-16")
"""New York days on which a week begins whose flights are asked about. Faults strike the first; the other shows what
passes by the season."""
KNOWN, PAST, ASKED = (pd.Timedelta(days=days) for days in (70, 42, 7))
"""How long before the week flights are known, and learned from; how long it is."""
TRAINED, LATER = pd.Timedelta(hours=-12), pd.Timedelta(days=8, hours=12)
"""From the week's beginning: when models are trained, and when the outcomes of all that was asked are known."""
INSTANTS, REMADE = 110, 40
"""In a week questions are asked at so many instants at the most; so many answers the oracle makes again."""
TICK = pd.Timedelta(hours=3)
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


def cut_facts(facts: Facts, week: pd.Timestamp) -> Facts:
    """The flights of ten weeks before the week, and the week's."""
    kept = facts.flights["scheduled_at"].between(week - KNOWN, week + ASKED)
    return facts.only(pd.Index(facts.flights.loc[kept, "flight_id"]))


class Size(NamedTuple):
    """Rows that are learned from, and questions asked in a week."""

    learned: int = 8_000
    questions: int = 600


def open_site(system: str, mode: str, facts: Facts, day: str, size: Size) -> Site:
    """What a system learns from and is asked in the week that begins on ``day``."""
    week = pd.Timestamp(day, tz=NEW_YORK)
    facts = cut_facts(facts, week)
    asked = questions(facts, mode)
    past = asked[(asked["scheduled_at"] >= week - PAST) & (asked["asked_at"] < week + TRAINED)]
    later = _pick_instants(scheduled_between(asked, week, week + ASKED))
    return Site(system, week, facts, _draw(past, size.learned), _draw(later, size.questions))


def _pick_instants(asked: pd.DataFrame) -> pd.DataFrame:
    """All questions of few instants: what costs is the instant, at which jobs run."""
    instants = asked["asked_at"].drop_duplicates()
    return asked[asked["asked_at"].isin(instants.sample(min(INSTANTS, len(instants)), random_state=0))]


def _draw(asked: pd.DataFrame, count: int) -> pd.DataFrame:
    drawn = asked.sample(min(count, len(asked)), random_state=0)
    return drawn.sort_values(["asked_at", "flight_id"], ignore_index=True)


def train(site: Site, home: Path, target: Target = "late") -> pd.DataFrame:
    """Fit a model, features being up to the hour of training; the table that it learned from."""
    system, world = wake(site, home)
    return system.train(world.warehouse, site.past, target)


def learn(site: Site, home: Path, twice: bool = True) -> list[Any]:
    """Train ``twice`` on the same; what it learned from, and what either model says to that."""
    learned = train(site, home)
    fitted = say(site, home, learned)
    if not twice:
        return [learned, fitted, fitted]
    train(site, home)
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
    system, world = wake(site, home, LATER)
    features = system.training_features(world.warehouse, site.asked)
    return features.set_index("flight_id").loc[site.asked["flight_id"]].reset_index()


def make_right(site: Site, vectors: pd.DataFrame) -> pd.DataFrame:
    """What the oracle says of some of the vectors."""
    return oracle_at_ages(site.facts, vectors.sample(min(REMADE, len(vectors)), random_state=0))


def find_late(site: Site) -> pd.Series:
    """Whether each flight asked about was late."""
    return site.facts.outcomes.set_index("flight_id")["late"].loc[site.asked["flight_id"]].reset_index(drop=True)


def wake(site: Site, home: Path, after: pd.Timedelta = TRAINED) -> tuple[System, World]:
    """The system, once the jobs have run that are due so long after the week's beginning, and its world."""
    system, world = open_system(site.system, home), World(site.facts, (site.week + after).tz_convert("UTC"))
    system.wake(world)
    if find_system(site.system).has_store:
        system.store.flush()  # type: ignore[attr-defined]
    return system, world
