"""What C7 and C8 ask of a system that answers both kinds of question."""

import pandas as pd

from lab.changes.operation import Operation
from problem.contract import FEATURES, Mode
from problem.learner import new_learner


def sees_what_it_states(operation: Operation, mode: Mode) -> None:
    """Questions of this kind are all answered, each as the oracle says at the stated age, none older than a day."""
    answers = operation.answers(mode)
    assert len(answers) == len(operation.asked(mode))
    assert operation.wrong(mode) == {}
    assert (answers.filter(like="age_") <= 24 * 60).all(axis=None)


def answers_by_its_own_model(operation: Operation) -> None:
    """Predictions are those of a model fitted on the training table of the same kind of question.

    A system that answers one kind only, as no other was ever asked of it, has nothing to mix up: the contract holds it
    to the kinds that it answered before.
    """
    for mode in operation.modes:
        table, answers = operation.rolled_out()[mode, "late"], operation.answers(mode)
        assert set(table["asked_at"]) <= set(operation.past(mode)["asked_at"])
        model = new_learner("late").fit(table[list(FEATURES)], table["label"])
        expected = pd.Series(model.predict_proba(answers[list(FEATURES)])[:, 1])
        assert answers["prediction"].sub(expected).abs().max() < 1e-9
