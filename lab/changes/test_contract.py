"""The whole contract, on the replay's small data: what holds of a system before a request must hold after it."""

from pathlib import Path

import pandas as pd
import pytest

from lab.changes.prepare_replay import read_version
from lab.changes.replay_dataset import ROLLED_OUT
from measure.code.impact import impact
from measure.data.skew import row_skew
from problem.contract import FEATURES, KEYS, LOG, TARGETS, VECTOR, requests

PREDICTED = [name for name in LOG if name not in VECTOR]


def test_it_still_answers_the_questions_it_answered(operation, before):
    assert set(before["modes"]) <= set(operation.modes)


def test_models_are_fitted_on_outcomes_known_at_the_time(operation):
    known = operation.ground.facts.outcomes.set_index("flight_id")["known_at"]
    tables = operation.rolled_out()
    assert set(tables) == {(mode, target) for mode in operation.modes for target in TARGETS}
    for table in tables.values():
        assert list(table.columns) == [*KEYS, *FEATURES, "label"]
        assert (known.reindex(table["flight_id"]) <= ROLLED_OUT).all()
        assert len(table) > 400


def test_every_question_gets_one_answer_with_every_column_in_the_order_asked(operation):
    for mode in operation.modes:
        answers, asked = operation.answers(mode), operation.asked(mode)
        assert list(answers.columns) == list(LOG)
        assert answers[list(KEYS)].to_numpy().tolist() == asked[list(KEYS)].to_numpy().tolist()
        assert answers["prediction"].between(0, 1).all()
        assert answers[PREDICTED].notna().all(axis=None)


def test_vectors_are_those_of_the_oracle_at_the_stated_age(operation):
    assert {mode: wrong for mode in operation.modes if (wrong := operation.wrong(mode))} == {}


def test_a_prediction_is_the_same_alone_and_in_company(operation):
    system = operation.opened()
    for mode in operation.modes:
        answers = operation.answers(mode)
        alone = pd.concat([system.predict(answers[list(VECTOR)].iloc[[row]]) for row in (0, len(answers) - 1)])
        pd.testing.assert_frame_equal(alone, answers.iloc[[0, -1]], check_dtype=False)


def test_a_service_answers_as_the_system_behind_it(operation):
    for mode in operation.modes:
        request, expected = requests(operation.asked(mode))[0], operation.answers(mode).iloc[0]
        if answer := operation.over_http(request):
            assert {name: answer[name] for name in PREDICTED} == pytest.approx(expected[PREDICTED].to_dict())


def test_a_module_with_a_version_raises_it_with_every_change(before):
    for file, old in before["versioned"].items():
        new = Path(file).read_text() if Path(file).exists() else ""
        assert not impact({file: old}, {file: new}).nodes or read_version(new) != read_version(old), file


def test_the_training_path_makes_of_old_features_what_it_made_before(operation, before, meant):
    kept = [name for name in FEATURES if name not in meant]
    for mode, training in before["training"].items():
        features = operation.training(operation.asked(mode))
        assert list(features.columns) == [*KEYS, *FEATURES]
        known = [name for name in kept if name in training]
        skew = row_skew(training, features, list(KEYS), known)
        assert skew.skewed_features == 0, skew.per_feature.query("skewed > 0")
