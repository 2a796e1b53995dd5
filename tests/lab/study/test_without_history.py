"""The arm without a history sees nothing but the request."""

import pandas as pd

from lab.study.steps.without_history import SEEN, _count_bytes, make_learner
from problem.contract import FEATURES, REQUEST_TIME, STORED
from problem.questions import questions


def table(facts):
    asked = questions(facts, "batch").head(400)
    given = asked.assign(**dict.fromkeys(STORED, 1.5), **dict.fromkeys([n for n in REQUEST_TIME if n not in asked], 3))
    return given.reset_index(drop=True)


def test_stored_features_cannot_move_its_predictions(facts):
    seen = table(facts)
    model = make_learner().fit(seen[list(SEEN)], [0, 1] * 200)
    other = seen.assign(**dict.fromkeys(STORED, 99.0))
    assert (model.predict_proba(seen[list(SEEN)]) == model.predict_proba(other[list(SEEN)])).all()
    assert not {*model.feature_names_in_} & {*STORED}
    assert {*SEEN} | {*STORED} == {*FEATURES}


def test_a_request_that_brings_all_features_is_longer(facts):
    found = _count_bytes(table(facts).head(3))
    assert 0 < found["request"] < found["vector"]


def test_bytes_are_those_of_the_json_that_is_sent():
    one = pd.DataFrame({"flight_id": [1], "origin": ["JFK"], **{name: [2] for name in FEATURES if name != "origin"}})
    assert _count_bytes(one)["request"] == len(
        b'{"flight_id": 1, "carrier": 2, "origin": "JFK", "dest": 2, "distance": 2}'
    )
