"""The learner's settings are those that a rule, written down beforehand, picks from what was recorded."""

import pandas as pd
import pytest

from lab.study.learner_choice import NEAR_TIE, choose, list_eligible, read_scores
from lab.study.steps.learner_scores import BEFORE, CANDIDATES, FOLDS, split_fold
from lab.systems import find_system, list_core
from problem.contract import KEYS
from problem.learner import SETTINGS, new_learner
from problem.questions import CUT_OFF, questions


def score(losses, nodes=None):
    """Losses of candidates on one table and fold each, a column a candidate."""
    rows = [
        {
            "table": f"table {place}",
            "fold": "July",
            "candidate": name,
            "loss": loss,
            "nodes": (nodes or {}).get(name, 1),
        }
        for name, column in losses.items()
        for place, loss in enumerate(column)
    ]
    return pd.DataFrame(rows)


FIRST, SECOND, *_ = list_eligible()


def test_the_learner_has_the_settings_that_the_rule_picks_from_the_record():
    assert CANDIDATES[choose(read_scores())] == SETTINGS


def test_another_record_would_pick_other_settings():
    scores = read_scores()
    for other in list_eligible():
        leads = scores.assign(loss=scores["loss"].where(scores["candidate"] != other, 0.0))
        assert choose(leads) == other


@pytest.mark.parametrize("target", ["late", "delay"])
def test_every_learner_has_these_settings_and_takes_no_number_for_a_category(target):
    settings = new_learner(target)[-1].get_params()
    assert settings.items() >= SETTINGS.items()
    assert not settings["early_stopping"]
    assert settings["categorical_features"] == "from_dtype"  # an array has none


def test_the_record_holds_every_candidate_on_every_fold_of_every_table():
    scores = read_scores()
    tables = {f"{name}, {mode}" for name in list_core() for mode in find_system(name).modes}
    asked = pd.MultiIndex.from_product([tables, FOLDS, {**CANDIDATES, **BEFORE}])
    assert sorted(zip(scores["table"], scores["fold"], scores["candidate"], strict=True)) == sorted(asked)


def test_the_mean_rank_leads_and_not_one_table_with_a_great_lead():
    assert choose(score({FIRST: [0.5, 0.5, 0.5], SECOND: [0.6, 0.6, 0.31]}, {SECOND: 0})) == FIRST
    assert choose(score({FIRST: [0.5, 0.5, 0.5], SECOND: [0.4, 0.4, 0.9]})) == SECOND


def test_of_a_near_tie_the_fewest_nodes_are_taken():
    near, far = 0.5 + NEAR_TIE / 2, 0.5 + NEAR_TIE * 2
    nodes = {FIRST: 30, SECOND: 20}
    assert choose(score({FIRST: [0.5], SECOND: [near]}, nodes)) == SECOND
    assert choose(score({FIRST: [0.5], SECOND: [far]}, nodes)) == FIRST
    assert choose(score({FIRST: [0.5], SECOND: [near]})) == FIRST


@pytest.mark.parametrize("other", [*BEFORE, *(name for name in CANDIDATES if name not in list_eligible())])
def test_what_does_not_export_or_learns_nothing_from_few_rows_is_never_picked(other):
    assert choose(score({FIRST: [0.5], other: [0.1]})) == FIRST


def test_no_fold_sees_what_became_known_after_its_month_began(facts):
    table = questions(facts, "real_time")[[*KEYS]]
    for fold, (start, _) in FOLDS.items():
        fitted, scored = split_fold(table, facts, fold)
        known = facts.outcomes.set_index("flight_id")["known_at"]
        assert known[fitted["flight_id"]].max() <= pd.Timestamp(start, tz="America/New_York") < CUT_OFF
        assert known[scored["flight_id"]].max() <= CUT_OFF
        assert not set(fitted["flight_id"]) & set(scored["flight_id"])
