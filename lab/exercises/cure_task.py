"""Exercise 3: the learner's function in the place of one of the split's, in a copy; row skew before and after."""

import ast
import inspect
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pandas as pd

from antipatterns.systems.split import offline
from antipatterns.systems.split.system import System
from lab.exercises.answers import Answers, NotYet, explain_errors
from lab.exercises.judging import Note, Parts, a_number
from lab.sandbox.patched_copy import patched_copy
from lab.study.steps.small_world import make_small_world
from lab.study.steps.system_run import TICK
from measure.data.skew import RowSkew, row_skew
from problem.contract import FEATURES, KEYS
from problem.facts import Facts, load_facts
from problem.questions import NEW_YORK
from problem.replay import look_ups

FUNCTION, WEATHER = "add_weather", ("temp", "wind_speed", "precip", "visib", "pressure")
OTHERS = tuple(name for name in FEATURES if name not in WEATHER)
SHOWN = "2013-10-31"
"""The New York day whose questions a learner's own trials are about; the check asks the others too."""
LOOK = {
    "value_differs": "serving saw another value: which observation was the latest known at asked_at?",
    "null_only_served": "serving has a null: how old may an observation be?",
    "null_only_offline": "serving has a value: which observation was the latest at asked_at, six hours old included?",
}
"""What to look at, by the class of difference that is left in most cells."""
Function = Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True, eq=False)
class Ground:
    """The facts, real-time questions about flights, and the vectors that the split's service answered from."""

    facts: Facts
    asked: pd.DataFrame
    served: pd.DataFrame


@cache
def make_dataset() -> Ground:
    """A small world, and what the running service got in it."""
    facts, asked = make_small_world(load_facts())
    asked = asked[asked["mode"] == "real_time"].reset_index(drop=True)
    with tempfile.TemporaryDirectory() as home:
        served = pd.concat(look_ups(System(Path(home)), facts, asked, TICK), ignore_index=True)
    return Ground(facts, asked, served)


def ask_training_path(source: str | None, asked: pd.DataFrame) -> pd.DataFrame:
    """The training path's vectors, from a copy of the split in which ``source`` stands in the function's place."""
    with patched_copy([]) as copy:
        file = copy / "antipatterns" / "systems" / "split" / "offline.py"
        if source is not None:
            file.write_text(replace_function(file.read_text(), FUNCTION, source))
        spec = spec_from_file_location("mended_offline", file)
        assert spec is not None
        assert spec.loader is not None
        spec.loader.exec_module(module := module_from_spec(spec))
        table: pd.DataFrame = module.training_features(make_dataset().facts, asked)
    return table


def replace_function(text: str, name: str, function: str) -> str:
    """The text of a module with another function in the place of the one called ``name``."""
    (old,) = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef) and node.name == name]
    lines = text.splitlines()
    return "\n".join([*lines[: old.lineno - 1], *function.splitlines(), *lines[old.end_lineno :], ""])


def read_source(function: Function) -> str:
    """The learner's function as text; raises ``NotYet`` unless it can take the old one's place."""
    if not inspect.isfunction(function) or function.__name__ != FUNCTION:
        raise NotYet(f"`{FUNCTION}` is to be a function of that name")
    return textwrap.dedent(inspect.getsource(function))


def skew_with(source: str | None, day: str | None = None) -> RowSkew:
    """Training against serving, with that text in the function's place; about one day's questions, or all."""
    asked, served = make_dataset().asked, make_dataset().served
    if day is not None:
        of_day = asked["scheduled_at"].dt.tz_convert(NEW_YORK).dt.strftime("%Y-%m-%d") == day
        asked = asked[of_day].reset_index(drop=True)
        served = served[served["flight_id"].isin(asked["flight_id"])]
    return row_skew(ask_training_path(source, asked), served, list(KEYS), list(FEATURES))


def try_out(function: Function) -> None:
    """Print what is left of the skew in the weather with this function, on one day's questions."""
    found = skew_with(read_source(function), SHOWN).per_feature.set_index("feature")
    print(found.loc[list(WEATHER)].round(3).rename_axis(None).to_string())


def show_function() -> str:
    """The function as it stands in the split."""
    return inspect.getsource(offline.add_weather)


def _guesses(answers: Answers) -> Iterator[str]:
    features, rows = a_number(answers, "guess_features", 0, 21), a_number(answers, "guess_rows", 0, 1)
    yield Note(f"you guessed {features:.0f} features and {rows:.0%} of the rows still skewed after the cure")


def _cure(answers: Answers) -> Iterator[str]:
    after = _after(answers)
    left = after.per_feature.set_index("feature").loc[list(WEATHER)]
    for name, row in left[left["skewed"] > 0].iterrows():
        yield f"{name} differs in {row['skewed']:.0%} of {after.rows} rows; {_look(row)}"
    if not (left["skewed"] > 0).any():
        yield from _compared(_before(), after)


def _look(row: Any) -> str:
    most = max(LOOK, key=lambda kind: float(row[kind]))
    return LOOK[most]


def _compared(before: RowSkew, after: RowSkew) -> Iterator[str]:
    for name, found in (("before", before), ("after", after)):
        rows, cells = found.skewed_rows, found.per_feature["skewed"].mean()
        yield Note(f"{name}: {rows:.0%} of the rows, {found.skewed_features} features, {cells:.0%} of all cells")


def _others(answers: Answers) -> Iterator[str]:
    before, after = _before().per_feature, _after(answers).per_feature
    moved = before["feature"][(before != after).any(axis=1)]
    if others := [name for name in moved if name in OTHERS]:
        yield f"{', '.join(others)} changed too: a cure removes one cause, and keeps rows and their order"


@cache
def _before() -> RowSkew:
    return skew_with(None)


def _after(answers: Answers) -> RowSkew:
    source = read_source(answers.take(FUNCTION))
    if _statements(source) == _statements(show_function()):
        raise NotYet(f"`{FUNCTION}` is still as it was")
    with explain_errors(f"`{FUNCTION}`, in the copy of offline.py (where pd and WEATHER are known),"):
        return skew_with(source)


def _statements(source: str) -> list[str]:
    """What a function does, its docstring left out."""
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    documented = ast.get_docstring(function) is not None
    return [ast.dump(statement) for statement in function.body[documented:]]


PARTS: Parts = {"guesses": _guesses, "the cure": _cure, "nothing else": _others}
