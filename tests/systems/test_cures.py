"""Cures: every marked cause has one patch, every cause does harm of its own, and all cures together leave no skew."""

import re

import pytest

from lab.engine.workspace import results_folder
from lab.sandbox.patched_copy import REPOSITORY, list_cures, patched_copy
from lab.study.scorecard import read_rows
from lab.study.steps.cause_arms import LEFT
from lab.systems import find_system, list_ablated, list_core
from problem.oracle import oracle
from problem.questions import questions
from tests.awkward import differing
from tests.cured import offline

pytestmark = pytest.mark.study

CAUSES = {
    "monolith": ["as_of_midnight", "late_facts"],
    "split": [
        "departure_hour_weather",
        "empty_window",
        "previous_row",
        "scheduled_clock",
        "window_edges",
    ],
    "fti": ["last_refresh"],
    "modular_monolith": [],
    "shared_split": ["departure_hour_weather", "previous_row", "scheduled_clock", "window_edges"],
}


def test_every_marked_cause_has_one_cure_and_every_cure_one_mark():
    assert CAUSES.keys() == {*list_core()}
    for name, causes in CAUSES.items():
        folder = REPOSITORY / find_system(name).folder
        marks = [
            mark for file in folder.rglob("*.py") for mark in re.findall(r"# cause: (\w+)$", file.read_text(), re.M)
        ]
        assert sorted(marks) == causes
        assert [patch.stem.removeprefix(f"{name}-") for patch in list_cures(name)] == causes


@pytest.mark.parametrize("name", list_ablated())
def test_each_cause_left_alone_leaves_skew(name):
    """In the study's own ablation, over all that was served."""
    left = {
        row.part: row.value for row in read_rows(results_folder()) if (row.key, row.system) == ("cause_skewed", name)
    }
    assert [part for part in left if part.startswith(LEFT)] == [LEFT + cause for cause in CAUSES[name]]
    assert all((left[LEFT + cause] or 0) > 0 for cause in CAUSES[name])


def test_a_store_refreshed_with_every_event_says_what_the_oracle_says(facts, tmp_path):
    asked = questions(facts, "real_time").sample(40, random_state=3).sort_values("asked_at")
    asked = asked[asked["asked_at"] < "2013-06-30"].reset_index(drop=True)
    asked.to_parquet(tmp_path / "asked.parquet")
    stored = offline("fti", tmp_path, list_cures("fti"), now="2013-07-01T00:00Z")
    assert differing(stored, oracle(facts, asked)) == {}


def test_a_patch_that_no_longer_applies_is_named(tmp_path):
    patch = tmp_path / "split-old.patch"
    patch.write_text(list_cures("split")[0].read_text().replace("scheduled_at", "gone_at"))
    with pytest.raises(ValueError, match=r"split-old\.patch no longer applies"), patched_copy([patch]):
        pass
