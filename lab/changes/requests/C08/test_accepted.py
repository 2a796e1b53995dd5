"""C8: tomorrow's schedule is scored the evening before, by a model fitted on such questions."""

import pytest

from lab.changes.both_kinds import answers_by_its_own_model, sees_what_it_states
from problem.contract import Mode

MODE: Mode = "batch"


@pytest.fixture(autouse=True)
def answered(operation):
    assert MODE in operation.modes


def test_answers_are_from_what_is_known_by_then(operation):
    sees_what_it_states(operation, MODE)


def test_each_kind_is_answered_by_its_own_model(operation):
    answers_by_its_own_model(operation)
