"""C5: the chance of a cancellation, from the schedule alone."""

import pandas as pd

from problem.contract import FEATURES, OF_SCHEDULE, requests
from problem.learner import new_learner
from problem.world import World


def test_the_schedule_is_served_as_the_oracle_says(operation):
    for mode in operation.modes:
        assert not set(OF_SCHEDULE) & set(operation.wrong(mode))


def test_models_are_fitted_on_the_schedule_as_it_was(operation):
    for mode in operation.modes:
        table, truth = operation.training(operation.asked(mode)), operation.truth(operation.asked(mode))
        assert (table[list(OF_SCHEDULE)].to_numpy() == truth[list(OF_SCHEDULE)].to_numpy()).all()


def test_every_answer_carries_the_prediction_of_the_model_fitted_for_it(operation):
    for mode in operation.modes:
        table, answers = operation.rolled_out()[mode, "cancelled"], operation.answers(mode)
        model = new_learner("cancelled").fit(table[list(FEATURES)], table["label"])
        expected = pd.Series(model.predict_proba(answers[list(FEATURES)])[:, 1])
        assert answers["prediction_cancelled"].sub(expected).abs().max() < 1e-9
        assert answers["model_version_cancelled"].notna().all()


def test_the_very_first_flight_is_found_in_the_schedule_too(operation):
    world = World(operation.ground.facts, operation.log["asked_at"].max())
    for mode in operation.modes:
        asked = operation.past(mode).query("flight_id == 0").assign(asked_at=world.now)
        system = operation.opened()
        system.wake(world)
        vector, truth = system.look_up(world, requests(asked))[0], operation.truth(asked).iloc[0]
        assert [vector[name] for name in OF_SCHEDULE] == [truth[name] for name in OF_SCHEDULE]
