"""No system is asked, of its calendar and its categories, about what its training table never held."""

import pandas as pd
import pytest

from lab.engine.workspace import results_folder
from measure.data.unseen import find_unseen
from problem.contract import CATEGORIES, REQUEST_TIME
from problem.questions import NEW_YORK
from tests.awkward import STUDIED

pytestmark = pytest.mark.study

CALENDAR = [name for name in REQUEST_TIME if name not in ("distance", "minutes_to_departure")]
"""What else comes with a request; a new feature of that kind is one of the calendar, unless it is named here."""


def read_tables(name, mode):
    training, served = (pd.read_parquet(results_folder() / kind / f"{name}.parquet") for kind in ("training", "served"))
    return training[training["mode"] == mode], served[served["mode"] == mode]


@pytest.mark.parametrize(("name", "mode"), STUDIED)
def test_training_has_seen_every_calendar_value_and_every_category_but_rare_ones(name, mode):
    training, served = read_tables(name, mode)
    found = find_unseen(training, served, CALENDAR, CATEGORIES)
    print(f"{name}, {mode}, rare: {'; '.join(str(each) for each in found if not each.is_fault) or 'none'}")
    assert [str(each) for each in found if each.is_fault] == []


def test_a_planted_month_and_a_planted_carrier_are_found():
    training, served = (
        table.assign(month=table["asked_at"].dt.tz_convert(NEW_YORK).dt.month) for table in read_tables(*STUDIED[0])
    )
    served.loc[served.sample(frac=0.002, random_state=0).index, "carrier"] = "ZZ"
    found = find_unseen(training, served, [*CALENDAR, "month"], CATEGORIES)
    planted = {("month", 10), ("month", 11), ("carrier", "ZZ")}  # New Year's flights were asked about in December
    assert {(each.column, each.value) for each in found if each.is_fault} == planted
