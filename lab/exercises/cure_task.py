"""Exercise 3: the learner's function in the place of one of the split's, in a copy; row skew before and after."""

import ast
import inspect
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from antipatterns.systems.split import offline
from antipatterns.systems.split.system import System
from lab.exercises.answers import Answers, Note, NotYet, Parts, explain_errors
from lab.study.steps.small_world import make_small_world
from lab.study.steps.system_run import TICK
from measure.data.skew import RowSkew, row_skew
from problem.contract import FEATURES, KEYS
from problem.facts import Facts, load_facts
from problem.questions import NEW_YORK, scheduled_between
from problem.replay import look_ups

FUNCTION, WEATHER = "add_weather", ("temp", "wind_speed", "precip", "visib", "pressure")
SHOWN = "2013-10-31"
"""The New York day whose questions a learner's own trials are about; the check asks the others too."""
LOOK = {
    "value_differs": "serving saw another value: which observation was the latest known at asked_at?",
    "null_only_served": "serving has a null: how old may an observation be?",
    "null_only_offline": "serving has a value: which observation was the latest at asked_at, six hours old included?",
}
"""What to look at, by the class of difference that is left in most cells."""
Function = Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]


@cache
def make_dataset() -> tuple[Facts, pd.DataFrame, pd.DataFrame]:
    """The facts of a small world, real-time questions about its flights, and what the split's service answered from."""
    facts, asked = make_small_world(load_facts())
    asked = asked[asked["mode"] == "real_time"].reset_index(drop=True)
    with tempfile.TemporaryDirectory() as home:
        served = pd.concat(look_ups(System(Path(home)), facts, asked, TICK), ignore_index=True)
    return facts, asked, served


def read_source(function: Function) -> str:
    """The learner's function as text; raises ``NotYet`` unless it can take the old one's place."""
    if not inspect.isfunction(function) or function.__name__ != FUNCTION:
        raise NotYet(f"`{FUNCTION}` is to be a function of that name")
    return textwrap.dedent(inspect.getsource(function))


@cache
def skew_with(source: str | None, day: str | None = None) -> RowSkew:
    """Training against serving; ``source``, if any, stands in the function's place, in a copy of its module.

    About one New York day's questions, or all.
    """
    facts, asked, served = make_dataset()
    if day is not None:
        start = pd.Timestamp(day, tz=NEW_YORK)
        asked = scheduled_between(asked, start, start + pd.DateOffset(days=1))
        served = served[served["flight_id"].isin(asked["flight_id"])]
    copy = inspect.getsource(offline).replace(show_function(), f"{source or show_function()}\n")
    names: dict[str, Any] = {"__name__": "mended_offline"}
    exec(compile(copy, "offline.py", "exec"), names)
    return row_skew(names["training_features"](facts, asked), served, list(KEYS), list(FEATURES))


def try_out(function: Function) -> None:
    """Print what is left of the skew in the weather with this function, on one day's questions."""
    found = skew_with(read_source(function), SHOWN).per_feature.set_index("feature")
    print(found.loc[list(WEATHER)].round(3).rename_axis(None).to_string())


def show_function() -> str:
    """The function as it stands in the split."""
    return inspect.getsource(offline.add_weather)


def _guesses(answers: Answers) -> Iterator[str]:
    features, rows = answers.take_number("guess_features", 0, 21), answers.take_number("guess_rows", 0, 1)
    yield Note(f"you guessed {features:.0f} features and {rows:.0%} of the rows still skewed after the cure")


def _cure(answers: Answers) -> Iterator[str]:
    after = _after(answers)
    left = after.per_feature.set_index("feature").loc[list(WEATHER)]
    left = left[left["skewed"] > 0]
    for name, row in left.iterrows():
        most = row[list(LOOK)].astype(float).idxmax()
        yield f"{name} differs in {row['skewed']:.0%} of {after.rows} rows; {LOOK[most]}"
    if left.empty:
        for when, found in (("before", skew_with(None)), ("after", after)):
            rows, cells = found.skewed_rows, found.per_feature["skewed"].mean()
            yield Note(f"{when}: {rows:.0%} of the rows, {found.skewed_features} features, {cells:.0%} of all cells")


def _others(answers: Answers) -> Iterator[str]:
    before, after = skew_with(None).per_feature, _after(answers).per_feature
    moved = before["feature"][(before != after).any(axis=1)]
    if others := [name for name in moved if name not in WEATHER]:
        yield f"{', '.join(others)} changed too: a cure removes one cause, and keeps rows and their order"


def _after(answers: Answers) -> RowSkew:
    source = read_source(answers.take(FUNCTION))
    if _statements(source) == _statements(show_function()):
        raise NotYet(f"`{FUNCTION}` is still as it was")
    with explain_errors(f"`{FUNCTION}`, in the copy of offline.py (where pd and WEATHER are known),"):
        return skew_with(source)


def _statements(source: str) -> list[str]:
    """What a function does, its docstring left out."""
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    documented = ast.get_docstring(function) is not None
    return [ast.dump(statement) for statement in function.body[documented:]]


PARTS: Parts = {"guesses": _guesses, "the cure": _cure, "nothing else": _others}
