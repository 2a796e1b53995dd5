"""What features cost in batch: FTI's feature pipeline and its reads against the monolith's program.

`python -m lab.bench.pipeline` takes CPU seconds of both by turns in one process. The two do not do the same work, so
each row says what either side computes. Two rows ask whether cost grows as the data do: eight times as many rows in at
most nine times the time. Some minutes on 2 cores; nothing is asserted.
"""

import argparse
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pandas as pd

from antipatterns.systems.monolith.system import System as Monolith
from lab.bench.bench_results import CONSOLE, Bench
from lab.service.service_installation import renew_installation
from measure.cost.reuse import compare_pairs
from problem.contract import Request, System, requests
from problem.facts import Facts, load_facts
from problem.questions import CUT_OFF, NEW_YORK, questions, scheduled_between
from problem.world import World
from reference.systems.fti.system import System as Fti

LINEAR = 9.0
"""The most that eight times the data may take, in times of the eighth (DESIGN, section 6)."""
END = pd.Timestamp("2014-01-02", tz="UTC")
NOON = pd.Timestamp("2013-11-13 12:00", tz=NEW_YORK).tz_convert("UTC")
QUARTER = pd.Timedelta(minutes=15)
IN_A_ROW = 4
"""Refreshes of a round: an hour of them, so that every round meets the hourly views once."""
LONG = ("fill, a year", "training table, a year", "monolith's table, a year")
"""Works whose code the rehearsal of others reaches."""
Works = dict[str, Callable[[], object]]


class Row(NamedTuple):
    """A ratio: the work ``above`` over the work ``below``; ``about`` says what either computes."""

    name: str
    above: str
    below: str
    about: str


ROWS = [
    Row("bulk fill of a year, FTI / monolith's training table", "fill, a year", "monolith's table, a year",
        "FTI stores every change of six views, for any question; the monolith computes the year's batch vectors"),
    Row("training table of a year, FTI / monolith", "training table, a year", "monolith's table, a year",
        "the year's batch vectors: stored features read as of each, the others computed; or all computed"),
    Row("refresh of a quarter of an hour, FTI / monolith", "refreshes", "monolith, flights due",
        f"FTI renews the views due; the monolith computes the flights asked about then; {IN_A_ROW} in a row"),
    Row("a night's batch scoring, FTI / monolith", "night, FTI", "night, monolith",
        "vectors and two predictions for a day's flights; FTI's store is fresh already"),
]  # fmt: skip
GROWTHS = [
    Row("bulk fill, 8 times the data", "fill, a year", "fill, an eighth",
        "the facts of a year, and those until an eighth of its flights was asked about"),
    Row("point-in-time read, 8 times the data", "read, a year", "read, an eighth",
        "the year's batch questions on the history of a year, an eighth of both"),
]  # fmt: skip


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Rehearse, so that libraries are loaded and caches full; then let all works take turns."""
    with TemporaryDirectory() as folder:
        works = prepare_works(Path(folder), options.rounds)
        for name in [name for name in works if name not in LONG]:
            works[name]()
        seconds = compare_pairs(works, options.rounds)
    ratios = {row: seconds.ratio(row.above, row.below) for row in [*ROWS, *GROWTHS]}
    for row, ratio in ratios.items():
        CONSOLE.print(f"{row.name:52} {ratio!s:24} {row.about}")
    for row in GROWTHS:
        verdict = "met" if ratios[row].median <= LINEAR else "missed"
        CONSOLE.print(f"target: {row.name} in at most {LINEAR:g} times the CPU time: {verdict}")
    rows = [row._asdict() | vars(ratio) for row, ratio in ratios.items()]
    return {"ratios": rows, "linear": LINEAR, "cpu_seconds": seconds.seconds.to_dict("list")}


def prepare_works(folder: Path, rounds: int) -> Works:
    """By name, what is timed; all that this works on is made here. Raises ``StudyError`` without trained systems."""
    facts = load_facts()
    asked = questions(facts, "batch")
    eighth = asked["asked_at"].iloc[len(asked) // 8]
    few = asked[asked["asked_at"] <= eighth].reset_index(drop=True)
    whole, part = fill(folder / "whole", facts, END), fill(folder / "part", facts, eighth)
    fti = Fti(renew_installation("fti", folder / "fti"))
    monolith = Monolith(renew_installation("monolith", folder / "monolith"))
    known = facts.known_at(END)
    night = requests(scheduled_between(asked, CUT_OFF, CUT_OFF + pd.Timedelta(days=1)))
    works: Works = {
        "fill, a year": lambda: fill(folder / "fill", facts, END),
        "fill, an eighth": lambda: fill(folder / "fill_part", facts, eighth),
        "read, a year": lambda: whole.store.read_history(asked),
        "read, an eighth": lambda: part.store.read_history(few),
        "training table, a year": lambda: whole.training_features(facts, asked),
        "monolith's table, a year": lambda: monolith.training_features(known, asked),
        "night, FTI": lambda: score_night(fti, facts, night),
        "night, monolith": lambda: score_night(monolith, facts, night),
    }
    return works | prepare_refreshes(fill(folder / "noon", facts, NOON), monolith, facts, rounds)


def prepare_refreshes(noon: Fti, monolith: Monolith, facts: Facts, rounds: int) -> Works:
    """An hour of refreshes from noon of an ordinary day on, and the flights due then; each call goes on from there."""
    quarters = [NOON + number * QUARTER for number in range(1, (rounds + 1) * IN_A_ROW + 1)]
    asked = questions(facts, "real_time")
    due = {at: asked[asked["asked_at"].between(at - QUARTER, at, inclusive="right")] for at in quarters}
    refreshes = (refresh(noon, World(facts, at)) for at in quarters)
    answers = (monolith.look_up(World(facts, at), requests(due[at].assign(asked_at=at))) for at in quarters)
    return {
        "refreshes": lambda: list(islice(refreshes, IN_A_ROW)),
        "monolith, flights due": lambda: list(islice(answers, IN_A_ROW)),
    }


def fill(home: Path, facts: Facts, until: pd.Timestamp) -> Fti:
    """A store filled from nothing with every view up to its last refresh before ``until``."""
    rmtree(home, ignore_errors=True)
    return refresh(Fti(home), World(facts, until))


def refresh(system: Fti, world: World) -> Fti:
    """The system, its views renewed that are due, online and in the history on disk."""
    system.wake(world)
    system.store.flush()
    return system


def score_night(system: System, facts: Facts, night: list[Request]) -> pd.DataFrame:
    """Vectors and predictions for a day's flights, asked about the evening before."""
    return system.predict(pd.DataFrame(system.look_up(World(facts, night[0].asked_at), night)))


main = Bench("pipeline", __doc__, measure, {"rounds": 3}).main

if __name__ == "__main__":
    sys.exit(main())
