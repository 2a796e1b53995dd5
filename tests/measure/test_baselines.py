"""Calibration of the baselines: rates that are known, skill that is known, and groups that nobody has seen."""

import numpy as np
import pandas as pd
import pytest

from measure.data.baselines import SMOOTHING, fit_rates, measure_worth

RNG = np.random.default_rng(7)
ROWS = 20_000
GROUPS = pd.DataFrame({"carrier": RNG.choice(["UA", "B6"], ROWS), "hour": RNG.integers(6, 8, ROWS)})
TRUE = (
    GROUPS.set_index(["carrier", "hour"])
    .index.map({("UA", 6): 0.1, ("UA", 7): 0.3, ("B6", 6): 0.5, ("B6", 7): 0.8})
    .to_numpy(float)
)
LATE = (RNG.random(ROWS) < TRUE).astype(int)
DAY = RNG.integers(0, 60, ROWS)


def entropy(p):
    return -(p * np.log(p) + (1 - p) * np.log1p(-p))


def test_rates_are_those_that_were_planted():
    rates = fit_rates(GROUPS, LATE)
    assert rates.overall == LATE.mean()
    assert np.abs(rates.predict(GROUPS) - TRUE).max() < 0.02


def test_a_group_is_drawn_to_the_overall_rate_by_as_many_rows_as_stated():
    groups = pd.DataFrame({"carrier": ["UA"] * 80 + ["B6"] * 20})
    rates = fit_rates(groups, [0] * 80 + [1] * 20)
    assert rates.by_group.set_index("carrier").loc[["B6", "UA"], "rate"].tolist() == pytest.approx(
        [(20 + SMOOTHING * 0.2) / (20 + SMOOTHING), SMOOTHING * 0.2 / (80 + SMOOTHING)]
    )
    assert fit_rates(groups, [0] * 80 + [1] * 20, smoothing=0).predict(groups).tolist() == [0] * 80 + [1] * 20


def test_a_group_that_was_never_seen_gets_the_overall_rate():
    rates = fit_rates(GROUPS, LATE)
    assert rates.predict(pd.DataFrame({"carrier": ["AA", "UA"], "hour": [6, 23]})).tolist() == [LATE.mean()] * 2


def test_no_rows_have_no_rate():
    with pytest.raises(ValueError, match="a row at least"):
        fit_rates(GROUPS.head(0), [])


def test_a_constant_has_no_skill_and_a_table_none_over_itself():
    constant, table = np.full(ROWS, LATE.mean()), fit_rates(GROUPS, LATE).predict(GROUPS)
    worth = measure_worth(LATE, DAY, constant, constant, table)
    assert (worth.skill.value, worth.skill.low, worth.skill.high) == (0, 0, 0)
    worth = measure_worth(LATE, DAY, table, constant, table)
    assert (worth.over_table.value, worth.over_table.low, worth.over_table.high) == (0, 0, 0)


def test_skill_is_the_share_of_the_constants_loss_that_the_true_rates_take_away():
    worth = measure_worth(LATE, DAY, TRUE, np.full(ROWS, TRUE.mean()), TRUE)
    assert worth.skill.value == pytest.approx(1 - entropy(TRUE).mean() / entropy(TRUE.mean()), abs=0.01)
    assert worth.log_loss.value == pytest.approx(entropy(TRUE).mean(), abs=0.01)
    assert worth.skill.low < worth.skill.value < worth.skill.high


def test_what_is_worse_than_the_constant_and_the_table_has_skill_below_0_and_stands_above_the_table():
    worth = measure_worth(LATE, DAY, 1 - TRUE, np.full(ROWS, LATE.mean()), TRUE)
    assert worth.skill.high < 0 < worth.over_table.low
