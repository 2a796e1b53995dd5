"""Rolling back last week's models: the comparison is calibrated, the kept results are those of the code as it is."""

from pathlib import Path

import pytest

from lab.changes.change_records import plan_base
from lab.changes.debt_records import read_recorded
from lab.changes.rollback import REQUESTS, measure_roll_back
from lab.systems import list_core
from tests.stepping import run_steps

pytestmark = pytest.mark.slow

SYSTEM = "modular_monolith"


@pytest.fixture(scope="module")
def steps(tmp_path_factory) -> Path:
    """The ground and one system in operation."""
    folder = tmp_path_factory.mktemp("steps")
    run_steps(plan_base([SYSTEM]), folder)
    return folder


def test_where_nothing_was_changed_nothing_differs(steps):
    (row,) = measure_roll_back(SYSTEM, "alone", steps, changed=False)
    assert (row.differing, row.largest, row.refused) == (0.0, 0.0, "")
    assert row.questions > 20


@pytest.mark.parametrize("what", REQUESTS)
def test_what_was_kept_is_measured_again(steps, what):
    kept = [row for row in read_recorded().rolled_back if (row.system, row.what) == (SYSTEM, what)]
    assert measure_roll_back(SYSTEM, what, steps) == kept


def test_a_model_alone_answers_otherwise_or_not_at_all_and_the_pair_as_it_did():
    rows = read_recorded().rolled_back
    assert {(row.system, row.what) for row in rows} == {(system, what) for system in list_core() for what in REQUESTS}
    for row in rows:
        assert row.refused or (row.differing == 0) == (row.what == "pair")
        assert not (row.refused and row.what == "pair")
