"""The baselines see what was known at the cut-off and nothing later, and answer whatever they are asked."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lab.study.steps.simple_answers import _fit, fit_table
from problem.contract import CATEGORIES, FEATURES
from problem.questions import CUT_OFF


def test_the_table_does_not_change_when_the_future_does(facts):
    outcomes = facts.outcomes
    later = outcomes["known_at"] > CUT_OFF
    other = replace(facts, outcomes=outcomes.assign(late=outcomes["late"].where(~later, 1 - outcomes["late"])))
    one, same = fit_table(facts), fit_table(other)
    assert one.overall == same.overall == outcomes.loc[~later, "late"].mean()
    pd.testing.assert_frame_equal(one.by_group, same.by_group)


def test_the_table_does_change_with_the_past(facts):
    outcomes = facts.outcomes
    flipped = outcomes["late"].where(outcomes["known_at"] > CUT_OFF, 1 - outcomes["late"])
    other = fit_table(replace(facts, outcomes=outcomes.assign(late=flipped)))
    assert other.overall == pytest.approx(1 - fit_table(facts).overall)


def test_a_logistic_regression_answers_nulls_and_what_it_has_never_seen():
    random = np.random.default_rng(0)
    table = pd.DataFrame(random.normal(size=(400, len(FEATURES))), columns=list(FEATURES))
    table = table.mask(random.random(table.shape) < 0.1).assign(**dict.fromkeys(CATEGORIES, "UA"), label=[0, 1] * 200)
    model = _fit(table.assign(temp=np.where(table["label"] == 1, 80.0, 30.0)))
    asked = table.head(2).assign(**dict.fromkeys(CATEGORIES, "new"), temp=[30.0, 80.0])
    cold, hot = model.predict_proba(asked[list(FEATURES)])[:, 1]
    assert cold < 0.1 < 0.9 < hot
