"""C6: a logistic regression foretells who is late, and nothing else changes."""

import pandas as pd

from problem.contract import FEATURES
from problem.learner import linear_learner, new_learner


def test_late_is_foretold_by_the_linear_model(operation):
    for mode in operation.modes:
        table, answers = operation.rolled_out()[mode, "late"], operation.answers(mode)
        model = linear_learner().fit(table[list(FEATURES)], table["label"])
        expected = pd.Series(model.predict_proba(answers[list(FEATURES)])[:, 1])
        assert answers["prediction"].sub(expected).abs().max() < 1e-9


def test_delay_is_foretold_as_before(operation):
    for mode in operation.modes:
        table, answers = operation.rolled_out()[mode, "delay"], operation.answers(mode)
        model = new_learner("delay").fit(table[list(FEATURES)], table["label"])
        assert answers["prediction_delay"].sub(model.predict(answers[list(FEATURES)])).abs().max() < 1e-9
