"""C14: models that were in force before answer again as they did then, last week's on last week's features."""

import pytest

from lab.changes.operation import count_unequal, measure_distance
from lab.changes.replay_dataset import END, ROLLED_OUT
from problem.contract import KEYS, TARGETS, VECTOR, requests
from problem.oracle import KNOTS
from problem.world import World

SAID = ["prediction", "prediction_delay"]
NAMES = ["model_version", "model_version_delay"]


def names(log):
    return sorted(set(log[NAMES].to_numpy().ravel()))


@pytest.fixture(scope="module")
def pair(operation, tmp_path_factory):
    """A copy of the installation as it was rolled out, to be rolled back before any question came."""
    operation.rolled_out()
    return operation.copied(tmp_path_factory.mktemp("pair"))


@pytest.fixture(scope="module")
def rolled_back(pair, before):
    """The log of that copy, once it was rolled back to last week's models."""
    pair.opened().roll_back(names(before["then"]))
    return pair.replayed()


@pytest.fixture(scope="module")
def alone(operation, pair, tmp_path_factory):
    """The answers, those after a bad model was fitted besides, and those once the models from before it are back."""
    log, copy = operation.log, operation.copied(tmp_path_factory.mktemp("alone"))
    system = copy.opened()
    system.wake(World(operation.ground.facts, END))
    for mode in operation.modes:
        older = operation.past(mode).iloc[: len(operation.past(mode)) // 2].reset_index(drop=True)
        for target in TARGETS:
            system.train(operation.ground.facts.known_at(ROLLED_OUT), older, target)
    vectors = log[list(VECTOR)]
    bad = copy.opened().predict(vectors)
    copy.opened().roll_back(names(log))
    return log, bad, copy.opened().predict(vectors)


def test_last_weeks_models_get_last_weeks_features(rolled_back, before):
    then = before["then"]
    assert rolled_back[list(KEYS)].to_numpy().tolist() == then[list(KEYS)].to_numpy().tolist()
    assert count_unequal(rolled_back, then) == {}


def test_last_weeks_models_answer_as_they_did_then(rolled_back, before):
    then = before["then"]
    assert rolled_back[NAMES].to_numpy().tolist() == then[NAMES].to_numpy().tolist()
    assert (rolled_back[SAID] - then[SAID]).abs().max(axis=None) < 1e-9


def test_a_service_rolls_back_too(operation, pair, rolled_back):
    for mode, answers in rolled_back.groupby("mode"):
        if answer := pair.over_http(requests(operation.asked(mode))[0]):
            expected = answers.iloc[0][[*SAID, *NAMES, "wind_speed"]].to_dict()
            assert {name: answer[name] for name in expected} == pytest.approx(expected)


def test_a_system_that_can_recall_its_vectors_recalls_those(operation, pair, rolled_back):
    if hasattr(system := pair.opened(), "recall"):
        system.wake(World(operation.ground.facts, END))
        for mode, answers in rolled_back.groupby("mode"):
            assert count_unequal(system.recall(operation.asked(mode)), answers) == {}


def test_what_is_fitted_now_is_fitted_on_knots(operation):
    for mode in operation.modes:
        asked = operation.asked(mode)
        seen, truth = operation.training(asked)["wind_speed"], operation.truth(asked)["wind_speed"]
        assert measure_distance(seen, truth) < measure_distance(seen, truth / KNOTS)


def test_a_bad_model_answers_otherwise(alone):
    log, bad, _ = alone
    assert not set(names(log)) & set(names(bad))
    assert (log["prediction"] - bad["prediction"]).abs().max() > 0.01


def test_models_alone_roll_back(alone):
    log, _, back = alone
    assert back[NAMES].to_numpy().tolist() == log[NAMES].to_numpy().tolist()
    assert (back[SAID] - log[SAID]).abs().max(axis=None) < 1e-9
