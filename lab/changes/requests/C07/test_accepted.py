"""C7: a question in real time is answered, from what is known by then, by a model fitted on such questions."""

import pytest

from lab.changes.both_kinds import answers_by_its_own_model, sees_what_it_states
from problem.contract import Mode

MODE: Mode = "real_time"


@pytest.fixture(autouse=True)
def answered(operation):
    assert MODE in operation.modes


def test_answers_are_from_what_is_known_by_then(operation):
    sees_what_it_states(operation, MODE)


def test_the_aircraft_that_landed_this_very_day_is_known(operation):
    answers = operation.answers(MODE)
    truth = operation.truth(operation.asked(MODE))["aircraft_hours_since_landing"]
    recent = truth < 3
    assert recent.any()
    assert (answers["aircraft_hours_since_landing"][recent] < 4).all()


def test_each_kind_is_answered_by_its_own_model(operation):
    answers_by_its_own_model(operation)
