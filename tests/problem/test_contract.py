"""The contract, run over every system and mode; the oracle is the judge."""

from dataclasses import replace

import pandas as pd
import pytest

from lab.systems import find_system, open_system, read_systems
from problem.contract import AGES, FEATURES, KEYS, LOG, VECTOR, requests
from problem.fixture import frozen
from problem.oracle import oracle, oracle_at_ages
from problem.questions import NEW_YORK, questions, scheduled_between
from problem.replay import look_ups, replay
from problem.world import World
from tests.awkward import DOORS, awkward, differing


def _mark(door):
    """Quick: what is asked in real time, of systems without a store: filling one takes its time."""
    system, mode = find_system(door[0]), door[1]
    is_slow = mode == "batch" or system.has_store or system.is_control
    return pytest.param(door, id=" ".join(door), marks=[pytest.mark.slow] * is_slow)


@pytest.fixture(scope="module", params=map(_mark, DOORS))
def door(request):
    return request.param


slow = pytest.mark.slow  # a year of facts goes by


@pytest.fixture(scope="module")
def answered(door, facts, tmp_path_factory):
    """The vectors that a system answers the awkward questions with; no test may change them."""
    name, mode = door
    return served(lambda name: open_system(name, tmp_path_factory.mktemp(name)), name, facts, awkward(facts, mode))


def served(installed, name, facts, asked):
    return pd.concat(look_ups(installed(name), facts, asked), ignore_index=True)


@slow
def test_awkward_questions_are_answered_as_the_oracle_answers_them_at_the_stated_age(answered, facts, door):
    assert differing(answered, oracle_at_ages(facts, answered)) == {}


@slow
def test_only_a_system_with_a_store_answers_from_values_older_than_the_question(answered, door):
    ages = answered[list(AGES)]
    assert (ages >= 0).all(axis=None)
    assert (ages.to_numpy().max() > 0) == read_systems()[door[0]].has_store


@slow
def test_every_question_gets_one_vector_with_every_column_in_the_order_asked(answered, facts, door):
    _, mode = door
    asked = awkward(facts, mode)
    assert list(answered.columns) == list(VECTOR)
    assert answered["flight_id"].tolist() == asked["flight_id"].tolist()
    assert answered["asked_at"].tolist() == asked["asked_at"].tolist()
    assert set(answered["mode"]) == {mode}


@slow
def test_an_answer_does_not_change_when_the_future_does(installed, facts, door, tmp_path):
    name, mode = door
    asked = scheduled_between(questions(facts, mode), pd.Timestamp("2013-03-10", tz=NEW_YORK), None).iloc[:40]
    asked = asked[asked["asked_at"] == asked["asked_at"].iloc[-1]]
    now = asked["asked_at"].iloc[0]
    other = replace(
        facts,
        departures=other_future(facts.departures, "dep_delay", now),
        landings=other_future(facts.landings, "arr_delay", now),
        weather=other_future(facts.weather, "temp", now),
    )
    answers = [served(installed, name, world, asked) for world in (facts, other)]
    pd.testing.assert_frame_equal(*answers)


def test_frozen_questions_are_answered_as_the_oracle_answers_them(installed, facts, door):
    name, mode = door
    fixture = frozen(facts, mode)
    answers = served(installed, name, fixture.facts, fixture.serving.sample(20, random_state=1))
    assert differing(answers, oracle(fixture.facts, asked_of(answers, fixture.serving))) == {}


def asked_of(answers, questions):
    """The questions in the order of their answers."""
    return questions.set_index("flight_id").loc[answers["flight_id"]].reset_index()


def other_future(table, column, now):
    """The same past; every later value another one."""
    return table.assign(**{column: table[column].where(table["known_at"] <= now, table[column] + 1000)})


def test_a_trained_system_logs_predictions_and_versions_the_same_alone_and_in_company(installed, facts, door):
    name, mode = door
    fixture = frozen(facts, mode)
    cut_off = fixture.serving["asked_at"].min()
    system, warehouse = installed(name), fixture.facts.known_at(cut_off)
    system.wake(World(fixture.facts, cut_off))
    training = fixture.training.iloc[-3000:].reset_index(drop=True)
    table = system.train(warehouse, training, "late")
    system.train(warehouse, training, "delay")
    log = next(iter(replay(installed(name), fixture.facts, fixture.serving.iloc[:5])))
    assert list(table.columns) == [*KEYS, *FEATURES, "label"]
    assert list(log.columns) == list(LOG)
    assert log["prediction"].between(0, 1).all()
    assert log[["model_version", "model_version_delay"]].notna().all(axis=None)
    alone = pd.concat([system.predict(log[list(VECTOR)].iloc[[row]]) for row in range(len(log))])
    pd.testing.assert_frame_equal(alone, log)


def test_labels_unknown_at_the_cut_off_are_not_trained_on(installed, facts, door):
    name, mode = door
    fixture = frozen(facts, mode)
    cut_off = fixture.training["asked_at"].max()  # the last day's flights have not landed yet
    system = installed(name)
    system.wake(World(fixture.facts, cut_off))
    table = system.train(fixture.facts.known_at(cut_off), fixture.training.iloc[-2000:].reset_index(drop=True), "late")
    known = fixture.facts.outcomes.set_index("flight_id")["known_at"].reindex(table["flight_id"])
    assert (known <= cut_off).all()
    assert 0 < len(table) < 2000


def test_a_request_says_all_that_the_oracle_needs_of_it(facts):
    asked = awkward(facts, "real_time").iloc[:3]
    frame = pd.DataFrame(requests(asked))
    assert differing(oracle(facts, frame), oracle(facts, asked)) == {}
