"""Exercise 6: what each of the five steps from a small monolith to FTI has to keep; no step waits for another."""

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd

from lab.exercises.answers import Answers, Note, NotYet, Parts, count_unequal, explain_errors
from lab.exercises.few_flights import END, FIRST, SERVED_FROM, asked_between, few_flights
from lab.exercises.slow_store import put, rows_between
from lab.exercises.small_monolith import FEATURES, features_of, new_model
from lab.exercises.store_steps import features_by_name, stored_table, training_rows


def guesses(answers: Answers) -> Iterator[str]:
    """How old values are when they are used, and how often they differ from fresh ones; nobody has to be right."""
    age, same = answers.take_number("guess_age", 0, 10_000), answers.take_number("guess_same", 0, 1)
    asked, rows = asked_between(SERVED_FROM, END), rows_between(SERVED_FROM, END)
    fresh = [features_of(few_flights(), flight)["origin_dep_delay_2h"] for flight in asked.itertuples()]
    equal = 1 - count_unequal(rows["origin_dep_delay_2h"], fresh) / len(rows)
    yield Note(f"you guessed {age:.0f} minutes; it is {rows['age'].mean():.0f}")
    yield Note(f"you guessed that {same:.0%} of the delays at the origin are as in the monolith; {equal:.0%} are")


@cache
def _trained() -> Any:
    late = few_flights().outcomes.set_index("flight_id")["late"]
    labels = late[asked_between(FIRST, SERVED_FROM)["flight_id"]]
    return new_model().fit(rows_between(FIRST, SERVED_FROM)[FEATURES], labels)


def versioned_model(answers: Answers) -> Iterator[str]:
    """Step 4."""
    model, rows = _trained(), rows_between(SERVED_FROM, END)[FEATURES]
    save, load = answers.take("save_model"), answers.take("load_model")
    with tempfile.TemporaryDirectory() as folder:
        with explain_errors("`save_model`"):
            save(model, "2", Path(folder))
        loaded = answers.call("load_model", "2", Path(folder))
        if not hasattr(loaded, "predict_proba") or count_unequal(loaded.predict_proba(rows), model.predict_proba(rows)):
            yield "`load_model` does not give back the model that was saved"
        try:
            load("1", Path(folder))
            yield "`load_model`: a model fitted on features of version 2 was loaded for version 1; raise a ValueError"
        except ValueError as error:
            if not {"1", "2"} <= set(str(error)):
                yield "`load_model`: the error is to name both versions, the model's and the one asked for"


def answers_from_the_store(answers: Answers) -> Iterator[str]:
    """Step 5."""
    model, asked = _trained(), asked_between(SERVED_FROM, END).iloc[::7]
    said = _said(answers, model, asked.to_dict("records"))
    if not all(isinstance(answer, dict) and {"prediction", "age", *FEATURES} <= set(answer) for answer in said):
        raise NotYet("`answer` is to give a dictionary with the features, `prediction` and `age`")
    table, wanted = pd.DataFrame(said), rows_between(SERVED_FROM, END).loc[asked.index]
    if wrong := sum(count_unequal(table[name], wanted[name]) for name in FEATURES):
        yield f"`answer`: {wrong} values are not those in a training row of the same question"
    elif count_unequal(table["prediction"], model.predict_proba(wanted[FEATURES])[:, 1]):
        yield "`answer`: `prediction` is to be the model's probability of late"
    if wrong := count_unequal(table["age"], wanted["age"]):
        yield f"`answer`: {wrong} ages are wrong; minutes from as_of of the values to asked_at"
    else:
        yield Note(f"{len(said)} answers from values {table['age'].mean():.0f} minutes old on average")


def _said(answers: Answers, model: Any, questions: list[dict[str, Any]]) -> list[Any]:
    save, version = answers.take("save_model"), answers.take("VERSION")
    gone = patch.dict(answers.names, facts=_Gone(), few_flights=_Gone())
    with tempfile.TemporaryDirectory() as store, tempfile.TemporaryDirectory() as home, gone:
        put(Path(store))
        with explain_errors("`save_model`, of step 4,"):
            save(model, version, Path(home))
        return [answers.call("answer", question, Path(store), Path(home)) for question in questions]


class _Gone:
    """In the place of the notebook's facts: inference may read store and registry, and nothing else."""

    def __getattr__(self, name: str) -> Any:
        raise NotYet("`answer` looks at facts: it is to read the store alone")

    def __call__(self) -> Any:
        return self.facts


PARTS: Parts = {
    "guesses": guesses,
    "step 1, features by name": features_by_name,
    "step 2, a stored table with two clocks": stored_table,
    "step 3, training rows point in time": training_rows,
    "step 4, a model that knows its features' version": versioned_model,
    "step 5, answers from the store": answers_from_the_store,
}
