"""What was recorded of the messy world and of reads of a store: kind where it should be, and able to tell."""

import pandas as pd
import pytest

from lab.study.results import Results, read_study_results
from lab.study.rulers import ways_to_read
from lab.study.steps.messy_world import EVERY_DAYS, NONE, compare_sides
from lab.study.steps.store_reads import AS_OF, EARLY, LATEST, LEAKIER, LEAKY
from lab.study.verdicts import find_margin
from lab.systems import find_system, list_core
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


@pytest.fixture(scope="module")
def reads():
    """By key, kind of question and read, the rows of the reads."""
    rows = ways_to_read.rows(Results(read_study_results().steps, ["fti"]))
    return {(row.key, row.mode, row.part): row for row in rows}


@pytest.mark.parametrize("mode", find_system("fti").modes)
def test_the_gap_sees_a_join_without_time_and_not_a_leak_before_the_cut_off(reads, mode):
    assert reads["store_gap", mode, LATEST].low > 0
    for part in (AS_OF, LEAKY, LEAKIER, EARLY):
        for key in ("store_skew", "store_gap"):
            row = reads[key, mode, part]
            assert (row.value, row.low, row.high) == (0, 0, 0)


@pytest.mark.parametrize("mode", find_system("fti").modes)
def test_a_leak_without_a_gap_may_cost_more_than_any_margin(reads, mode):
    assert reads["store_harm", mode, EARLY].low > find_margin("store_harm").least
    assert reads["store_loss", mode, LEAKY].value != reads["store_loss", mode, AS_OF].value
