"""Calibration: what training never saw is found, with its rows; a table against itself has nothing of the kind."""

import numpy as np
import pandas as pd
import pytest

from measure.data.unseen import Unseen, find_unseen

CALENDAR, CATEGORIES = ["hour", "weekday"], ["dest"]
TRAINING = pd.DataFrame({"hour": [6, 7, 8] * 1000, "weekday": [0, 1, 2] * 1000, "dest": ["BOS", "LAX", None] * 1000})


def find(served, training=TRAINING, calendar=CALENDAR):
    return find_unseen(training, served, calendar, CATEGORIES)


def plant(column, value, rows):
    served = TRAINING.copy()
    served.loc[served.index[:rows], column] = value
    return served


def test_a_table_has_seen_all_of_itself():
    assert find(TRAINING) == []


def test_a_calendar_value_is_a_fault_in_a_single_row():
    assert find(plant("hour", 9, 1)) == [Unseen("hour", 9, 1, is_fault=True)]


def test_a_category_is_a_fault_above_one_row_in_a_thousand():
    assert find(plant("dest", "ANC", 3)) == [Unseen("dest", "ANC", 3, is_fault=False)]
    assert find(plant("dest", "ANC", 4)) == [Unseen("dest", "ANC", 4, is_fault=True)]


def test_a_value_that_only_training_has_is_none():
    assert find(TRAINING[TRAINING["hour"] == 6]) == []


def test_a_planted_month_is_found_in_every_row_the_most_frequent_first():
    training = TRAINING.assign(month=np.arange(3000) % 9 + 1)
    served = TRAINING.assign(month=[10] * 500 + [12] * 1500 + [11] * 1000)
    found = find(served, training, [*CALENDAR, "month"])
    assert [(each.value, each.rows) for each in found] == [(12, 1500), (11, 1000), (10, 500)]
    assert all(each.is_fault and each.column == "month" for each in found)


def test_null_is_a_value_that_training_may_have_seen_or_not():
    assert find(plant("dest", None, 2000)) == []
    (found,) = find(plant("hour", np.nan, 5))
    assert (found.column, found.rows, found.is_fault) == ("hour", 5, True)


def test_one_is_told_in_a_line():
    assert str(Unseen("dest", "ANC", 3, is_fault=False)) == "dest ANC: 3 rows"


def test_nothing_served_is_no_answer():
    with pytest.raises(ValueError, match="no rows"):
        find(TRAINING.head(0))
