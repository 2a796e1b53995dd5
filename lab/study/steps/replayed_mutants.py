"""The mutants that a replay test is put to: those that move one side only in the small world."""

from dataclasses import fields
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from lab.engine.isolation import Send, run_isolated
from lab.engine.workspace import REPOSITORY
from lab.sandbox.changed_module import forget_package
from lab.study.steps.mutant_outcomes import AT_ONCE, PATIENCE, run_mutants
from lab.study.steps.replay_run import list_asked, run_test
from lab.study.steps.small_world import SmallWorld, make_small_world
from lab.study.steps.system_run import Life
from lab.systems import find_system
from measure.code.cochange import judge
from measure.code.effect import ONE_SIDED
from measure.code.mutants import Mutant
from problem.facts import load_facts

TOLD = ("file", "line", "text", "operator", "before", "after", "verdict")


class ReplayedLife(Life):
    """A life that is the replay test's: a changed module makes it tell what the test finds."""

    def live(self, send: Send) -> None:
        """Import the system anew, changed as it is, and run its test."""
        forget_package(self.package)
        send(run_test(self.package.rpartition(".")[2], self.world.facts, self.world.asked))


def run_one_sided(name: str) -> list[dict[str, Any]]:
    """Every mutant of the code around that moves one side only in the small world, and what the test finds of it."""
    system, facts = find_system(name), load_facts()
    code = REPOSITORY / system.folder
    with TemporaryDirectory() as homes:
        lives = partial(Life, code, system.package, system.open, folder=Path(homes))
        judged = judge(run_mutants(lives(world=make_small_world(facts))))
        mutants = judged[judged["verdict"].isin(ONE_SIDED)]
        life = ReplayedLife(code, system.package, system.open, SmallWorld(facts, list_asked(facts)), Path(homes))
        return [
            describe_mutant(row) | found for row, found in zip(_rows(mutants), run_tests(life, mutants), strict=True)
        ]


def run_tests(life: ReplayedLife, mutants: pd.DataFrame) -> list[dict[str, Any]]:
    """What the replay test finds of each mutant, in their order."""
    texts = {file: (life.code / file).read_text() for file in mutants["file"].unique()}
    names = [field.name for field in fields(Mutant)]
    changed = [(row["file"], Mutant(**{name: row[name] for name in names})) for row in _rows(mutants)]
    tasks = [life.with_change(file, mutant.applied(texts[file])) for file, mutant in changed]
    ended = {
        number: said[0] if said else {"error": why} for number, said, why in run_isolated(tasks, PATIENCE, AT_ONCE)
    }
    return [ended[number] for number in range(len(tasks))]


def describe_mutant(row: dict[str, Any]) -> dict[str, Any]:
    """Where it stands, what it changes, and what it moves in the small world."""
    moved = row["features_training"] or row["features_serving"]
    place = f"{row['file']}:{row['line']}:{row['column']}"
    return {"kind": "mutant", "name": place, "moved": moved} | {name: row[name] for name in TOLD}


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return list(table.to_dict("records"))
