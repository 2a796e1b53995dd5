"""Exercise 4: one more feature in each compared system, in a copy; what it touches, and whether it is right."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lab.changes.change_requests import BY_ID
from lab.changes.patch_blocks import Tree
from lab.changes.patched_system import patch_system
from lab.exercises.answers import Answers, Note, NotYet, Parts, count_unequal
from lab.sandbox.sandbox import Sandbox, SandboxError
from lab.study.steps.small_world import SmallWorld, make_small_world
from lab.study.steps.system_run import TICK
from lab.systems import find_system, list_compared
from measure.code.impact import added_lines, impact
from problem.facts import load_facts

REQUEST = BY_ID["C1"]
NEW, MEAN, COUNT = "origin_dep_delay_max_2h", "origin_dep_delay_2h", "origin_departures_2h"
PATIENCE = 60.0
"""CPU seconds for one system."""
AT_MOST = 24
"""Questions of one kind that each system is asked."""
A_DICTIONARY = "a dictionary with an entry for each system"
Edit = tuple[str, str, str]
"""A file, a text that it holds exactly once, and what is to stand there instead."""
Sides = Mapping[str, pd.DataFrame]
"""By mode: the questions with the feature, its mean and count as ``served`` and as ``trained``, and its ``truth``."""


def describe_touched(before: Tree, after: Tree) -> str:
    """How much of a system is new or changed, as ruler 6 counts it; raises ``NotYet`` for what is not Python."""
    try:
        found = impact(before, after)
    except SyntaxError as error:
        raise NotYet(f"{error.filename} is no longer Python after your edits: line {error.lineno}") from None
    lines = len(added_lines(before, after))
    return f"files {len(found.files)}, functions {len(found.functions)}, lines {lines}"


def apply_edits(before: Tree, package: str, edits: Sequence[Edit]) -> dict[str, str]:
    """The system's files after the edits, one after the other; raises ``NotYet`` for one that cannot be made."""
    after = dict(before)
    for number, (name, old, new) in enumerate(edits, start=1):
        file = name if name in after else f"{package}/{name}"
        if file not in after:
            raise NotYet(f"edit {number}: {package} has no file {name}")
        if (times := after[file].count(old)) != 1 or not old:
            raise NotYet(f"edit {number}: the old text stands in {name} {times} times, not once")
        after[file] = after[file].replace(old, new)
    return after


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
        sides: Sides = Sandbox(copy).run(lambda: _answer(system), PATIENCE)
    except SandboxError as error:
        raise NotYet(" ".join(str(error).strip().splitlines()[-1].split())[:200]) from None
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
    if differ := count_unequal(table["served"], table["truth"]):
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
    if not (edits := answers.take("edits", dict, A_DICTIONARY).get(system)):
        raise NotYet(f"`edits[{system!r}]` is still empty")
    with patch_system(REQUEST.id, system, Path()) as ours:
        after = apply_edits(ours.before, find_system(system).folder, edits)
        touched = describe_touched(ours.before, after)
        ours.case.rewrite(after)
        sides = run_system(system, ours.case.copy)
    yield from (wrong := [f"{mode}: {line}" for mode, table in sides.items() for line in list_faults(table)])
    if not wrong:
        yield Note(f"yours: {touched}")
        yield Note(f"ours:  {describe_touched(ours.before, ours.after)}")


def _guesses(answers: Answers) -> Iterator[str]:
    guess = answers.take("guess", dict, A_DICTIONARY)
    if empty := [system for system in list_compared() if not isinstance(guess.get(system), int)]:
        raise NotYet(f"`guess` has no number for {', '.join(empty)}")
    for system in list_compared():
        yield Note(f"{system}: you guessed functions {guess[system]}")


PARTS: Parts = {"guesses": _guesses} | {system: partial(_system, system) for system in list_compared()}
