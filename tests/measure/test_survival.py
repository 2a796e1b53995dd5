"""Ruler 9 on toy answers: each outcome has a table that must get it, and no other."""

import pandas as pd
import pytest

from measure.data.survival import LOUD, OK, OUTCOMES, SILENT, STALE, WRONG, Judge, tables
from measure.figures.survival_map import DARK, MEANINGS, WORDS, Struck, place_jobs

HEALTHY = pd.DataFrame(
    {"id": [1, 2, 3], "x": [1.0, 2.0, None], "age_x": [5.0, 5.0, 5.0], "prediction": [0.1, 0.2, 0.0]}
)


def said_by_the_model(table):
    return table["x"].fillna(0.0) / 10


def right_at_its_age(table):
    """An hour ago x was 7 everywhere."""
    return table.assign(x=HEALTHY["x"].where(table["age_x"] < 60, 7.0))


JUDGE = Judge(HEALTHY, ["id"], ["x"], right_at_its_age, said_by_the_model)


def answered(**changed):
    table = HEALTHY.assign(**changed)
    return table if "prediction" in changed else table.assign(prediction=said_by_the_model(table))


@pytest.mark.parametrize(
    ("seen", "outcome", "detail"),
    [
        (HEALTHY, OK, ""),
        (HEALTHY.iloc[[2, 0, 1]], OK, ""),
        (answered(prediction=HEALTHY["prediction"] + 1e-12), OK, ""),
        (answered(x=7.0, age_x=60.0), STALE, "60 minutes old, and says so"),
        (answered(x=7.0), WRONG, "3 of 3 predictions differ"),
        (answered(x=7.0, age_x=60.0, prediction=0.3), WRONG, "3 of 3 predictions differ"),
        (answered(prediction=[0.1, 0.2, 0.4]), WRONG, "1 of 3 predictions differ"),
        (answered(x=[1.0, 2.0, 3.0]), WRONG, "1 of 3 predictions differ"),
        (HEALTHY.iloc[:2], SILENT, "1 of 3 questions without an answer"),
        (answered(prediction=[0.1, None, 0.0]), SILENT, "1 of 3 questions without an answer"),
    ],
)
def test_answers_under_a_fault(seen, outcome, detail):
    found = JUDGE.answers(seen)
    assert (found.outcome, found.detail) == (outcome, detail)


def test_answers_given_twice_are_refused():
    with pytest.raises(pd.errors.MergeError):
        JUDGE.answers(pd.concat([HEALTHY, HEALTHY]))


@pytest.mark.parametrize(
    ("seen", "outcome", "detail"),
    [
        (HEALTHY, OK, ""),
        (answered(prediction=0.9), OK, ""),
        (answered(x=7.0, age_x=60.0), STALE, "60 minutes old, and says so"),
        (answered(x=7.0), WRONG, "3 of 3 vectors are not what they state to be"),
        (HEALTHY.iloc[:2], SILENT, "1 of 3 questions without a vector"),
    ],
)
def test_vectors_alone_whatever_the_model_says(seen, outcome, detail):
    found = JUDGE.vectors(seen)
    assert (found.outcome, found.detail) == (outcome, detail)


TABLE = pd.DataFrame({"id": [1, 2, 3, 4], "x": [1.0, None, 3.0, 4.0], "y": 1.0})
OLD = pd.DataFrame({"id": [1, 2, 3, 4], "x": [1.0, None, 8.0, None], "y": 0.0})
NEW = pd.Series([False, False, False, True])
"""Some time ago x of the third was 8, that of the fourth was not there, y was 0, and the fourth had no outcome."""


@pytest.mark.parametrize(
    ("seen", "outcome", "detail"),
    [
        (TABLE, OK, ""),
        (TABLE.iloc[::-1], OK, ""),
        (OLD, STALE, "4 rows, 4 of them otherwise than the 4 without it"),
        (OLD.iloc[:3], STALE, "3 rows, 3 of them otherwise than the 4 without it"),
        (TABLE.assign(y=None), WRONG, "4 rows, 4 of them otherwise than the 4 without it"),
        (TABLE.iloc[:3], STALE, "3 rows, 0 of them otherwise than the 4 without it"),
        (TABLE.assign(x=[1.0, None, 8.0, 4.0]), STALE, "4 rows, 1 of them otherwise than the 4 without it"),
        (TABLE.assign(y=[0.0, 1.0, 1.0, 1.0]), STALE, "4 rows, 1 of them otherwise than the 4 without it"),
        (TABLE.assign(x=[1.0, None, None, 4.0]), WRONG, "4 rows, 1 of them otherwise than the 4 without it"),
        (TABLE.assign(x=[8.0, None, 3.0, 4.0]), WRONG, "4 rows, 1 of them otherwise than the 4 without it"),
        (TABLE.assign(x=[1.0, None, 3.0, 9.0]), WRONG, "4 rows, 1 of them otherwise than the 4 without it"),
        (TABLE.iloc[1:], WRONG, "3 rows, 0 of them otherwise than the 4 without it"),
    ],
)
def test_training_tables_under_a_fault(seen, outcome, detail):
    found = tables(TABLE, seen, OLD, NEW, ["id"], ["x", "y"])
    assert (found.outcome, found.detail) == (outcome, detail)


def test_what_nobody_notices_is_darkest():
    assert sorted(OUTCOMES, key=DARK.__getitem__) == [OK, STALE, LOUD, WRONG, SILENT]
    assert set(WORDS) == set(MEANINGS) == set(OUTCOMES)


def test_jobs_of_a_system_stand_together():
    cells = [Struck("f", system, job, OK) for system in ("split", "fti") for job in ("training", "batch")]
    assert list(place_jobs(cells).values()) == [0, 1, 2.35, 3.35]
