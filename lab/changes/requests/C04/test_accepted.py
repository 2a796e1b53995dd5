"""C4: the chance of a cancellation, from four features that are there already."""

import pandas as pd

from problem.contract import FEATURES
from problem.learner import new_learner


def test_every_answer_carries_it(operation):
    for mode in operation.modes:
        answers = operation.answers(mode)
        assert answers["prediction_cancelled"].between(0, 1).all()
        assert answers["model_version_cancelled"].notna().all()


def test_it_is_the_prediction_of_the_model_fitted_for_it(operation):
    for mode in operation.modes:
        table, answers = operation.rolled_out()[mode, "cancelled"], operation.answers(mode)
        model = new_learner("cancelled").fit(table[list(FEATURES)], table["label"])
        expected = pd.Series(model.predict_proba(answers[list(FEATURES)])[:, 1])
        assert answers["prediction_cancelled"].sub(expected).abs().max() < 1e-9
