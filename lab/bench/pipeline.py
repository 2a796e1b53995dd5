"""What features cost in batch: FTI's feature pipeline and its reads against the monolith's program.

`python -m lab.bench.pipeline` takes wall seconds of both by turns in one process. The two do not do the
same work, so each
row says what either side computes. Two rows ask whether cost grows as the data do: eight times as many rows in at most
nine times the time. Results go to `.study/results/bench.json`; some minutes on 2 cores; nothing is asserted.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from rich.console import Console

from lab.bench.bench_results import keep
from lab.bench.by_turns import Ready, Row, Work, by_turns, rows
from lab.bench.ground import END, NOON, QUARTER, Ground, fill
from problem.contract import Request, System
from problem.facts import load_facts
from problem.world import World

LINEAR = 9.0
"""The most that eight times the data may take, in times of the eighth."""
PART = "pipeline"
IN_A_ROW = 4
"""Refreshes of a round: an hour of them, so that every round meets the hourly views once."""
LONG = ("fill, a year", "training table, a year", "monolith's table, a year")
"""Works whose code the rehearsal of others reaches."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog="python -m lab.bench.pipeline", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True)
    with TemporaryDirectory() as folder:
        ground = Ground(Path(folder), load_facts())
        works = _works(ground)
        took = by_turns(works, options.rounds, [name for name in works if name not in LONG], console)
        ratios = rows(took, _comparisons(ground), console)
        growth = rows(took, _growths(ground), console)
    for name, ratio in growth.items():
        verdict = "kept" if ratio["ratio"] <= LINEAR else "missed"
        console.print(f"target: {name} in at most {LINEAR:g} times the time: {ratio['ratio']:.2f}, {verdict}")
    keep(PART, {"ratios": ratios | growth, "linear": {"aim": LINEAR, "rows": list(growth)}, "seconds": asdict(took)})


def _works(ground: Ground) -> dict[str, Ready]:
    known, few = ground.facts.known_at(END), ground.asked_until(ground.eighth)
    return {
        "fill, a year": lambda _: lambda: ground.filled("fill", END),
        "fill, an eighth": lambda _: lambda: ground.filled("fill_part", ground.eighth),
        "read, a year": lambda _: _reading(ground, "whole", ground.asked),
        "read, an eighth": lambda _: _reading(ground, "part", few),
        "training table, a year": lambda _: _training(ground),
        "monolith's table, a year": lambda _: lambda: ground.monolith.training_features(known, ground.asked),
        "refreshes": lambda number: _refreshes(ground, number),
        "monolith, flights due": lambda number: _answers_due(ground, number),
        "night, FTI": lambda _: _scoring(ground.fti, ground),
        "night, monolith": lambda _: _scoring(ground.monolith, ground),
    }


def _comparisons(ground: Ground) -> list[Row]:
    asked, night = f"{len(ground.asked):,} batch questions", f"{len(ground.night):,} flights"
    table = "monolith's table, a year"
    return [
        Row("bulk fill of a year, FTI / monolith's training table", "fill, a year", table,
            f"FTI stores every change of six views, for any question; the monolith computes the vectors of {asked}"),
        Row("training table of a year, FTI / monolith", "training table, a year", table,
            f"the vectors of {asked}: stored features read as of each, the others computed; or all computed"),
        Row("refresh of a quarter of an hour, FTI / monolith", "refreshes", "monolith, flights due",
            f"FTI renews the views due; the monolith computes the flights asked about then; {IN_A_ROW} in a row"),
        Row("a night's batch scoring, FTI / monolith", "night, FTI", "night, monolith",
            f"vectors and two predictions for {night}; FTI's store is fresh already"),
    ]  # fmt: skip


def _growths(ground: Ground) -> list[Row]:
    return [
        Row("bulk fill, 8 times the data", "fill, a year", "fill, an eighth",
            "the facts of a year, and those until an eighth of its flights was asked about"),
        Row("point-in-time read, 8 times the data", "read, a year", "read, an eighth",
            f"{len(ground.asked):,} questions on the history of a year, an eighth of both"),
    ]  # fmt: skip


def _reading(ground: Ground, store: str, asked: pd.DataFrame) -> Work:
    system = ground.whole if store == "whole" else ground.part
    return lambda: system.store.read_history(asked)


def _training(ground: Ground) -> Work:
    system = ground.whole
    return lambda: system.training_features(ground.facts, ground.asked)


def _refreshes(ground: Ground, number: int) -> Work:
    system = ground.at_noon
    return _each(_quarters(number), lambda at: fill(system, ground.facts, at))


def _answers_due(ground: Ground, number: int) -> Work:
    due, monolith = {at: ground.due(at) for at in _quarters(number)}, ground.monolith
    return _each(list(due), lambda at: monolith.look_up(World(ground.facts, at), due[at]))


def _quarters(number: int) -> list[pd.Timestamp]:
    return [NOON + (number * IN_A_ROW + place) * QUARTER for place in range(1, IN_A_ROW + 1)]


def _each(instants: list[pd.Timestamp], work: Callable[[pd.Timestamp], object]) -> Work:
    return lambda: [work(at) for at in instants]


def _scoring(system: System, ground: Ground) -> Work:
    world, asked = World(ground.facts, ground.night[0].asked_at), ground.night
    return lambda: _scored(system, world, asked)


def _scored(system: System, world: World, asked: list[Request]) -> pd.DataFrame:
    return system.predict(pd.DataFrame(system.look_up(world, asked)))


if __name__ == "__main__":
    from lab.bench.bench_parts import program

    program(PART)
