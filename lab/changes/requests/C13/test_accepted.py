"""C13: a challenger beside the champion, and a log that says who answered."""

import pandas as pd
import pytest

from lab.changes.replay_dataset import ROLLED_OUT
from problem.contract import FEATURES, VECTOR, requests, role
from problem.learner import new_learner
from problem.world import World


@pytest.fixture(scope="module")
def challenged(operation):
    """The answers' vectors predicted once more, with a challenger fitted on the older half of the past, by mode."""
    logs = {mode: operation.answers(mode) for mode in operation.modes}
    found, system = {}, operation.opened()
    system.wake(World(operation.ground.facts, operation.ground.facts.outcomes["known_at"].max()))
    for mode, log in logs.items():
        older = operation.past(mode).iloc[: len(operation.past(mode)) // 2].reset_index(drop=True)
        warehouse = operation.ground.facts.known_at(ROLLED_OUT)
        table = system.train(warehouse, older, "late", as_role="challenger")
        found[mode] = (log, operation.opened().predict(log[list(VECTOR)]), table)
    return found


def test_without_a_challenger_the_champion_answers_all(operation):
    assert set(operation.log["answered_by"]) == {"champion"}


def test_every_second_flight_is_the_challengers(challenged):
    for _, both, _ in challenged.values():
        assert both["answered_by"].tolist() == [role(flight) for flight in both["flight_id"]]
        assert both["answered_by"].nunique() == 2


def test_each_answers_with_its_own_model_and_version(challenged):
    for alone, both, table in challenged.values():
        model = new_learner("late").fit(table[list(FEATURES)], table["label"])
        by_challenger = (both["answered_by"] == "challenger").to_numpy()
        expected = pd.Series(model.predict_proba(both[list(FEATURES)])[:, 1], index=both.index)
        assert both["prediction"].where(~by_challenger, both["prediction"] - expected)[by_challenger].abs().max() < 1e-9
        pd.testing.assert_frame_equal(both[~by_challenger], alone[~by_challenger], check_dtype=False)
        assert not set(both["model_version"][by_challenger]) & set(both["model_version"][~by_challenger])


def test_a_service_lets_the_challenger_answer_too(operation, challenged):
    for mode, (_, both, _) in challenged.items():
        place = both["answered_by"].tolist().index("challenger")
        if answer := operation.over_http(requests(operation.asked(mode))[place]):
            expected = both.iloc[place][["answered_by", "prediction", "model_version"]].to_dict()
            assert {name: answer[name] for name in expected} == pytest.approx(expected)
