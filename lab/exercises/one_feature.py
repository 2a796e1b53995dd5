"""Exercise 4: one more feature in each compared system, in a copy; what it touches, and whether it is right."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lab.changes.change_requests import BY_ID
from lab.changes.patch_blocks import read_tree
from lab.exercises.answers import Answers, NotYet
from lab.exercises.edits import Touched, apply_edits, count_touched
from lab.exercises.judging import Note, Parts
from lab.sandbox.patched_copy import apply_patch, patched_copy
from lab.sandbox.sandbox import Sandbox, SandboxError
from lab.study.steps.small_world import SmallWorld, make_small_world
from lab.study.steps.system_run import TICK
from lab.systems import find_system, list_compared
from problem.facts import load_facts

REQUEST = BY_ID["C1"]
NEW, MEAN, COUNT = "origin_dep_delay_max_2h", "origin_dep_delay_2h", "origin_departures_2h"
PATIENCE = 60.0
"""CPU seconds for one system."""
AT_MOST = 24
"""Questions of one kind that each system is asked."""
Sides = Mapping[str, pd.DataFrame]
"""By mode: the questions with the feature, its mean and count as ``served`` and as ``trained``, and its ``truth``."""


def count_ours(system: str) -> Touched:
    """What the patch that stands in the repository touches."""
    with _copy() as copy:
        before = read_tree(copy, find_system(system).folder)
        apply_patch(REQUEST.patch(system), copy)
        return count_touched(before, read_tree(copy, find_system(system).folder))


@contextmanager
def _copy() -> Iterator[Path]:
    """A copy of the code whose specification, contract and oracle have the new feature; no system has."""
    with patched_copy([REQUEST.folder / "problem.patch"]) as copy:
        yield copy


@cache
def _world() -> SmallWorld:
    """A small world with fewer questions: of each kind, an even choice of those that are picked there."""
    facts, asked = make_small_world(load_facts())
    kept = [of.iloc[np.linspace(0, len(of) - 1, min(AT_MOST, len(of))).astype(int)] for _, of in asked.groupby("mode")]
    return SmallWorld(facts, pd.concat(kept).sort_values(["asked_at", "flight_id"], ignore_index=True))


def run_system(system: str, copy: Path) -> Sides:
    """The copy's system answers the small world's questions, then its training path is asked the same.

    Raises ``NotYet`` with what the code in the copy raised.
    """
    _world(), find_system(system).import_door()  # what the parent has at hand, no child has to make
    try:
        found = Sandbox(copy).run(lambda: _answer(system), PATIENCE)
    except SandboxError as error:
        raise NotYet(" ".join(str(error).strip().splitlines()[-1].split())[:200]) from None
    sides: Sides = found
    return sides


def _answer(system: str) -> Sides:
    """In the child: our packages are the copy's."""
    facts, asked = _world()
    with tempfile.TemporaryDirectory() as home:
        door = import_module("lab.systems").open_system(system, Path(home))
        rows = asked[asked["mode"].isin(door.modes)].reset_index(drop=True)
        log = pd.concat(import_module("problem.replay").look_ups(door, facts, rows, TICK))
        return {str(mode): _sides(door, facts, of) for mode, of in log.groupby("mode")}


def _sides(door: Any, facts: Any, log: pd.DataFrame) -> pd.DataFrame:
    """One mode's questions: the feature as served, as trained, and as the copy's oracle says for the stated age."""
    log = log.sort_values(["asked_at", "flight_id"], ignore_index=True)
    asked = _world().asked.merge(log[["flight_id", "mode"]], on=["flight_id", "mode"])
    trained = door.training_features(facts, asked)
    age = pd.to_timedelta(log[f"age_{NEW}"].astype(float), unit="min")
    truth = import_module("problem.oracle").oracle(facts, asked.assign(asked_at=asked["asked_at"] - age))
    columns = {"origin": asked["origin"], "served": log[NEW].astype(float), "truth": truth[NEW].astype(float)}
    names = {"trained": NEW, "mean": MEAN, "count": COUNT}
    return pd.DataFrame(columns | {ours: trained[name].astype(float).to_numpy() for ours, name in names.items()})


def list_faults(table: pd.DataFrame) -> Iterator[str]:
    """What is wrong with the feature in one mode: on the way to an answer, and on the way to a training table."""
    if differ := int((~np.isclose(table["served"], table["truth"], equal_nan=True)).sum()):
        yield f"served: {differ} of {len(table)} answers are not what the oracle says; events, window, null rule?"
    filled = table[table["count"] > 0]
    departures = _world().facts.departures
    seen = set(zip(departures["origin"], departures["dep_delay"], strict=True))
    if unseen := sum(pair not in seen for pair in zip(filled["origin"], filled["trained"], strict=True)):
        yield f"training: {unseen} of {len(filled)} values are no departure delay of the origin"
    above, alone = filled["trained"] - filled["mean"], filled["count"] == 1
    if (above < -1e-9).any() or (above[alone] > 1e-9).any() or (above[~alone] < 1e-9).mean() > 0.1:
        yield "training: it is not the largest of the delays that the mean is made of; same clock, same window?"


def _system(system: str, answers: Answers) -> Iterator[str]:
    if not (of_system := _of_systems(answers, "edits").get(system)):
        raise NotYet(f"`edits[{system!r}]` is still empty")
    with _copy() as copy:
        before = read_tree(copy, find_system(system).folder)
        after = apply_edits(before, find_system(system).folder, of_system)
        touched = count_touched(before, after)
        for name, text in after.items():
            (copy / name).write_text(text)
        wrong = [f"{mode}: {line}" for mode, table in run_system(system, copy).items() for line in list_faults(table)]
    yield from wrong
    if not wrong:
        yield Note(f"yours: {touched}")
        yield Note(f"ours:  {count_ours(system)}")


def _of_systems(answers: Answers, name: str) -> dict[str, Any]:
    found = answers.take(name)
    if not isinstance(found, dict):
        raise NotYet(f"`{name}` is to be a dictionary with an entry for each system")
    return found


def _guesses(answers: Answers) -> Iterator[str]:
    guess = _of_systems(answers, "guess")
    if empty := [system for system in list_compared() if not isinstance(guess.get(system), int)]:
        raise NotYet(f"`guess` has no number for {', '.join(empty)}")
    for system in list_compared():
        yield Note(f"{system}: you guessed functions {guess[system]}")


PARTS: Parts = {"guesses": _guesses} | {system: partial(_system, system) for system in list_compared()}
