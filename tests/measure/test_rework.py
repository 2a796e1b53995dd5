"""What a death loses, and the break-even, on jobs that are known by hand."""

import math

import numpy as np
import pytest

from measure.cost.rework import (
    Form,
    Part,
    cost_at,
    find_break_even,
    foresee_break_even,
    lose_a_step,
    lose_all,
    measure_break_even,
)

FOUR = [Part(wall=1, cost=1, storing=0.1)] * 4


def test_a_death_loses_half_the_run_or_half_a_step():
    assert lose_all(FOUR) == pytest.approx(2)
    assert lose_a_step(FOUR) == pytest.approx(0.55)


def test_where_nothing_is_stored_one_step_loses_the_same_either_way():
    assert lose_all([Part(3, 2, 0)]) == lose_a_step([Part(3, 2, 0)]) == 1


def test_a_step_that_only_waits_draws_deaths_and_loses_what_was_done_before_it():
    parts = [Part(wall=1, cost=1, storing=0), Part(wall=9, cost=0, storing=0)]
    assert lose_all(parts) == pytest.approx(0.1 * 0.5 + 0.9 * 1)
    assert lose_a_step(parts) == pytest.approx(0.1 * 0.5)


def test_the_break_even_is_the_price_over_what_it_saves():
    assert foresee_break_even(FOUR) == pytest.approx(0.4 / (2 - 0.55))
    assert find_break_even(price=0.0, lost_without=2, lost_with=1) == 0
    assert find_break_even(price=1, lost_without=1, lost_with=1) == math.inf


def test_runs_of_known_cost_cross_where_they_must():
    without, stored = Form([10.0] * 5, [15.0] * 5), Form([11.0] * 5, [12.0] * 5)
    found = measure_break_even(without, stored, draws=50)
    assert (found.value, found.low, found.high) == pytest.approx((0.25, 0.25, 0.25))
    assert cost_at(without, 0.25) == cost_at(stored, 0.25) == pytest.approx(11.25)


def test_the_interval_of_a_simulated_job_holds_the_truth():
    held = 0
    for seed in range(100):
        random = np.random.default_rng(seed)
        without = Form(random.normal(10, 0.3, 30).tolist(), random.uniform(10, 20, 80).tolist())
        stored = Form(random.normal(11, 0.3, 30).tolist(), random.uniform(11, 13, 80).tolist())
        found = measure_break_even(without, stored, draws=200, seed=seed)
        held += found.low <= 0.25 <= found.high
    assert held >= 88
