"""Exercise 6, the first three steps: features by name, a stored table with two clocks, training rows point in time."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from lab.exercises.answers import Answers, NotYet, count_unequal, explain_errors
from lab.exercises.few_flights import END, FIRST, SERVED_FROM, asked_between, few_flights
from lab.exercises.slow_store import VIEWS, View, put, refreshes, rows_between, stored, value_of
from lab.exercises.small_monolith import FEATURES


def table_of(value: Any, who: str, columns: list[str]) -> pd.DataFrame:
    """The learner's table; raises ``NotYet`` if it is none, or lacks a column."""
    if not isinstance(value, pd.DataFrame):
        raise NotYet(f"`{who}` is to give a DataFrame, not {type(value).__name__}")
    if missing := [name for name in columns if name not in value]:
        raise NotYet(f"`{who}`: no column {missing[0]}")
    return value


def _instants(view: View) -> dict[str, pd.Timestamp]:
    """Instants at which a window is easily cut wrongly."""
    event = getattr(few_flights(), view.facts)["known_at"].iloc[60]
    return {
        "in the afternoon": refreshes()[16],
        f"in the very minute of one of the {view.facts}": event,
        "when that is as old as the window is long": event + view.window,
        "at night": refreshes()[29],
    }


def features_by_name(answers: Answers) -> Iterator[str]:
    """Step 1."""
    for name in VIEWS:
        yield from list(_view(name, answers))[:1]
    asked, hours = asked_between(SERVED_FROM, END), rows_between(SERVED_FROM, END)["local_hour"]
    found = table_of(answers.call("request_time", asked), "request_time", ["local_hour"])
    if not found.index.equals(asked.index) or count_unequal(found["local_hour"], hours):
        yield "`request_time`: the hour of scheduled_at in New York, one row a question, with the index of `asked`"


def _view(name: str, answers: Answers) -> Iterator[str]:
    view = VIEWS[name]
    for when, at in _instants(view).items():
        found = table_of(answers.call(name, few_flights(), at), name, [view.key, view.feature])
        if sorted(found[view.key]) != sorted(view.keys):
            yield f"`{name}`, {when}: one row for each of {', '.join(view.keys)}, also where nothing is in the window"
            continue
        values = found.set_index(view.key)[view.feature].reindex(list(view.keys))
        if count_unequal(values, [value_of(view, key, at) for key in view.keys]):
            yield f"`{name}`, {when}: other values; the window is (at - length, at] on known_at, empty is null"


def stored_table(answers: Answers) -> Iterator[str]:
    """Step 2."""
    with tempfile.TemporaryDirectory() as folder:
        write = answers.take("write_features")
        with explain_errors("`write_features`"):
            write(few_flights(), refreshes(), Path(folder))
        for name in VIEWS:
            yield from _stored(name, Path(folder) / f"{name}.parquet")


def _stored(name: str, file: Path) -> Iterator[str]:
    if not file.exists():
        raise NotYet(f"`write_features` has written no {file.name} yet")
    view, order = VIEWS[name], ["as_of", VIEWS[name].key]
    wanted = stored(name).sort_values(order, ignore_index=True)
    found = table_of(pd.read_parquet(file), file.name, list(wanted.columns)).sort_values(order, ignore_index=True)
    if len(found) != len(wanted) or not (found[order] == wanted[order]).all(axis=None):
        yield f"{file.name}: one row for each key at each refresh, {len(wanted)} in all; it has {len(found)}"
    elif count_unequal(found[view.feature], wanted[view.feature]):
        yield f"{file.name}: {view.feature} is not what was known at as_of"
    elif not (found["stored_at"] == wanted["stored_at"]).all():
        yield f"{file.name}: stored_at is when the run was over, as_of + RUN_TIME; nobody can read a row before"


def training_rows(answers: Answers) -> Iterator[str]:
    """Step 3."""
    asked = asked_between(FIRST, SERVED_FROM).sample(frac=1, random_state=0)
    with tempfile.TemporaryDirectory() as folder:
        found = answers.call("training_rows", asked.copy(), put(Path(folder)))
    found = table_of(found, "training_rows", ["flight_id", *FEATURES])
    wanted = rows_between(FIRST, SERVED_FROM).loc[asked.index]
    if found["flight_id"].tolist() != asked["flight_id"].tolist():
        raise NotYet("`training_rows`: one row a question, in the order of `asked` (merge_asof sorts by time)")
    for name in FEATURES:
        if wrong := count_unequal(found[name], wanted[name]):
            yield f"`training_rows`: {name} is wrong in {wrong} of {len(asked)} rows; {_look(name, found, asked)}"


def _look(feature: str, found: pd.DataFrame, asked: pd.DataFrame) -> str:
    """What to look at: were rows read before they were stored, or other ones?"""
    for name, view in VIEWS.items():
        if view.feature == feature:
            marks = asked.assign(place=range(len(asked))).sort_values("asked_at")
            rows = stored(name).sort_values("as_of")
            early = pd.merge_asof(marks, rows, left_on="asked_at", right_on="as_of", by=view.key).sort_values("place")
            if not count_unequal(found[feature], early[feature]):
                return "as_of is what a row is about; it can be read from stored_at on"
    return "the newest row of its key with stored_at <= asked_at; null if there is none"
