"""What was recorded of the messy world and of reads of a store: kind where it should be, and able to tell."""

import pandas as pd
import pytest

from lab.study.results import read_study_results
from lab.study.steps.messy_world import EVERY_DAYS, NONE, compare_sides
from lab.systems import list_core
from problem.questions import NEW_YORK

pytestmark = pytest.mark.study


@pytest.mark.parametrize("name", list_core())
def test_without_troubles_the_messy_world_is_the_kind_one(name):
    results = read_study_results()
    sides = (results.table(f"serve-{name}", side) for side in ("offline", "served"))
    days = [rows[rows["asked_at"].dt.tz_convert(NEW_YORK).dt.dayofyear % EVERY_DAYS == 1] for rows in sides]
    expected = pd.concat([sums for sums, _ in compare_sides(NONE, *days)], ignore_index=True)
    arms = results.table(f"messy-{name}", "arms")
    found = arms[arms["arm"] == NONE].reset_index(drop=True)
    pd.testing.assert_frame_equal(found[expected.columns], expected, check_exact=False, rtol=1e-9)


def test_what_was_recalled_is_what_the_online_store_said():
    live = read_study_results().table("messy-fti", "live")
    assert (live["asked"] > 100).all()
    assert (live["different"] == 0).all()
