"""The worker behind ruler 5: runs every mutant of a system on the small world, and notes which side it moved.

A child process per mutant: it imports the system with the mutated text in the place of the file's, installs it in an
empty folder, lets it live through the small world (``replay.look_ups``; what is served is the serving side), then asks
it for the training features of the same questions. Nothing is written into the repository. Mutants in functions that
the unchanged code never enters on the way (fitting, predicting, HTTP) cannot have an effect and are not run.
"""

import gc
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from lab.engine.isolation import run_isolated
from lab.engine.progress import reported
from lab.engine.workspace import REPOSITORY
from lab.study.steps.small_world import make_small_world
from lab.study.steps.system_run import Life
from lab.systems import find_system, list_code
from measure.code.effect import Outcome, Sides, effect
from measure.code.mutants import Mutant, mutants
from measure.code.sources import list_python_files
from problem.contract import FEATURES, KEYS
from problem.facts import load_facts

PATIENCE = 60.0
"""CPU seconds after which a mutant counts as hanging; unchanged code takes two or three."""
AT_ONCE = 2
SAMPLE = 8
"""Mutants of a system that every study runs again."""
Answers = dict[str, Sides]
"""Both sides' outcomes, by mode."""


@dataclass(frozen=True)
class Place:
    """A mutant and the file it changes, by its path in the system's folder."""

    file: str
    mutant: Mutant

    def row(self, source: str, mode: str) -> dict[str, Any]:
        """The place, its line of text, and the change, as columns."""
        text = source.splitlines()[self.mutant.line - 1].strip()
        return {"mode": mode, "file": self.file, "text": text} | asdict(self.mutant)


def run_sample(folder: Path, steps: Path, name: str) -> None:
    """Run a few mutants of a system: ``mutants.parquet`` as ``run_all_mutants`` has it."""
    run_all_mutants(folder, steps, name, SAMPLE)


def run_all_mutants(folder: Path, steps: Path, name: str, most: int | None = None) -> None:
    """Run all mutants of a system: ``mutants.parquet`` holds a row per mutant and mode, with
    ``measure.code.cochange.COLUMNS``.

    ``reached`` tells whether the unchanged code enters the mutant's function on the way.
    """
    system = find_system(name)
    with TemporaryDirectory() as homes:
        life = Life(
            REPOSITORY / system.folder, system.package, system.open, make_small_world(load_facts()), Path(homes)
        )
        run_mutants(life, most=most).to_parquet(folder / "mutants.parquet", index=False)


def run_mutants(
    life: Life, at_once: int = AT_ONCE, patience: float = PATIENCE, most: int | None = None
) -> pd.DataFrame:
    """The outcome of every mutant of the code; raises ``CannotMeasure`` if the unchanged code fails.

    ``most``: of so many only, spread evenly over the lines of those functions that the unchanged code enters.
    """
    sources = {str(file.relative_to(life.code)): file.read_text() for file in list_python_files(list_code(life.code))}
    places = [Place(file, mutant) for file, text in sources.items() for mutant in mutants(text)]
    unchanged, entered = _run_unchanged(life, patience)
    places = places if most is None else _spread(list_reached(places, entered), most)
    ended = run_places(life, places, entered, list(unchanged), patience, at_once)
    rows = [
        place.row(sources[place.file], mode) | {"reached": place in ended}
        | effect(sides, ended.get(place, unchanged)[mode], KEYS, FEATURES)
        for place in places
        for mode, sides in unchanged.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def run_places(
    life: Life, places: list[Place], entered: set[tuple[str, int]], modes: list[str], patience: float, at_once: int
) -> dict[Place, Answers]:
    """What came of each mutant outside functions, or in one that the unchanged code enters: (file, line) of each."""
    run = list_reached(places, entered)
    texts = {place.file: (life.code / place.file).read_text() for place in run}
    tasks = [life.with_change(place.file, place.mutant.applied(texts[place.file])) for place in run]
    ended = reported(run_isolated(tasks, patience, at_once), len(tasks))
    return {run[number]: read_answers(said, why, modes) for number, said, why in ended}


def list_reached(places: list[Place], entered: set[tuple[str, int]]) -> list[Place]:
    """The mutants outside functions, or in a function that the unchanged code enters."""
    return [place for place in places if place.mutant.scope == 0 or (place.file, place.mutant.scope) in entered]


def _spread(places: list[Place], most: int) -> list[Place]:
    """So many of them at even distances: they stand in the order of files and lines."""
    return [places[number * len(places) // most] for number in range(most)] if most < len(places) else places


def _run_unchanged(life: Life, patience: float) -> tuple[Answers, set[tuple[str, int]]]:
    """What the code as written answers, and the functions it enters; its imports are then ready for the mutants."""
    ((_, said, why),) = run_isolated([life.unchanged], 10 * patience)
    told = dict(said)
    for module in told.get("modules", []):
        if module not in sys.modules:
            with suppress(Exception):  # some cannot be imported by themselves
                import_module(module)
    gc.collect()
    gc.freeze()  # children share the memory that no collection touches
    modes = list(told.get("serving", {"": None}))
    return read_answers(said, why, modes), told.get("entered", set())


def read_answers(said: list[Any], why: str, modes: list[str]) -> Answers:
    """What a child told, by mode; a side it did not come to has failed for the reason it ended."""
    sides = dict(said)
    silent = dict.fromkeys(modes, Outcome(None, why or "no answer"))
    return {m: Sides(sides.get("training", silent)[m], sides.get("serving", silent)[m]) for m in modes}
