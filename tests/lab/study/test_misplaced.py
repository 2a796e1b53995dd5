"""What is moved into the store is what a store would keep: old codes in old rows, hours of the refresh."""

import pandas as pd
import pytest

from lab.study.steps.misplaced import HOURS, store_codes, store_hours
from problem.contract import CATEGORIES


def table(**columns):
    return pd.DataFrame(columns)


def test_hours_that_are_stored_are_those_of_the_refresh_and_not_of_the_question():
    asked_at = pd.to_datetime(["2013-11-01 12:00", "2013-11-01 18:00"], utc=True)
    asked = table(asked_at=asked_at, **{HOURS: [2 + 5 / 60, 8 + 5 / 60]})  # landed at 9:55, stored at 10:00
    (_, served), stale = store_hours(asked, asked)
    assert served[HOURS].tolist() == pytest.approx([5 / 60, 5 / 60])
    assert stale == 0  # training reads the same


def test_a_name_that_is_new_moves_the_codes_behind_it_and_old_rows_keep_theirs():
    # LEX flew from New York once, in November; ANC from July on. Names behind them in the alphabet get a new place.
    asked_at = pd.to_datetime(["2013-03-15 12:00", "2013-09-15 12:00"], utc=True)
    same = {"carrier": ["UA", "UA"], "origin": ["EWR", "EWR"], "dest": ["SFO", "SFO"]}
    (training, served), stale = store_codes(table(asked_at=asked_at, **same), table(asked_at=asked_at, **same))
    assert training["dest"].iloc[0] < training["dest"].iloc[1]
    assert training["origin"].nunique() == 1
    assert 0 < stale < 1
    assert served[list(CATEGORIES)].notna().all(axis=None)


def test_a_name_that_nobody_knew_yet_has_no_code():
    asked_at = pd.to_datetime(["2013-03-15 12:00"], utc=True)
    (training, _), _ = store_codes(*[table(asked_at=asked_at, carrier=["UA"], origin=["EWR"], dest=["ANC"])] * 2)
    assert training["dest"].isna().all()
