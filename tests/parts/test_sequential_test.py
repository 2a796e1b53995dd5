"""Intervals of a difference: how often they claim one that is not there, and whether they find one that is."""

import math

import numpy as np
import pytest

from parts.sequential_test.sequential_test import look_any_time, look_once, reach_at_any_time

TESTS, DAYS, UNITS = 1000, 28, 200
WEEK = 7 * UNITS * 6.0
"""Squares that a week brings, by and large."""


def make_costs(seed=0):
    """Days of units that cost much or little: storms, which make a day's units alike, and a heavy tail."""
    random = np.random.default_rng(seed)
    storms = random.exponential(1.0, (DAYS, 1)) * (random.random((DAYS, 1)) < 0.3)
    return random.exponential(1.0, (DAYS, UNITS)) + storms * random.random((DAYS, UNITS)) - 1.0


def throw(costs, seed, difference=0.0):
    """Sums of z and z² after each day, of ``TESTS`` tests in which the candidate's units cost more by so much."""
    random = np.random.default_rng(seed)
    totals, squares = np.empty((TESTS, DAYS)), np.empty((TESTS, DAYS))
    for test in range(TESTS):
        theirs = random.random(costs.shape) < 0.5
        z = np.where(theirs, 2.0, -2.0) * (costs + theirs * difference)
        totals[test], squares[test] = z.sum(axis=1), (z**2).sum(axis=1)
    return totals.cumsum(axis=1), squares.cumsum(axis=1)


def count_claims(totals, reach):
    return float((np.abs(totals) > reach).any(axis=1).mean())


@pytest.fixture(scope="module")
def same():
    return throw(make_costs(), 1)


def test_in_a_thousand_tests_of_the_same_model_daily_looks_claim_a_difference_in_one_of_twenty_at_most(same):
    totals, squares = same
    reach = np.vectorize(reach_at_any_time)(squares, WEEK)
    assert count_claims(totals, reach) <= 0.05
    assert count_claims(totals[:, -1:], reach[:, -1:]) <= 0.05


def test_the_same_looks_with_an_interval_for_one_look_claim_it_far_too_often(same):
    totals, squares = same
    assert count_claims(totals, 1.96 * np.sqrt(squares)) > 0.15
    assert count_claims(totals[:, -1:], 1.96 * np.sqrt(squares[:, -1:])) == pytest.approx(0.05, abs=0.02)


def test_a_reach_that_forgets_how_often_one_looks_is_noticed(same):
    totals, squares = same
    assert count_claims(totals, np.sqrt(squares * 2 * math.log(1 / 0.05))) > 0.06


def test_a_coin_that_is_thrown_once_for_all_days_is_no_news_and_the_bound_does_not_hold_for_it():
    random = np.random.default_rng(3)
    z = 2 * random.choice([-1.0, 1.0], (TESTS, UNITS))  # each unit costs the same again every day
    totals = np.cumsum(np.repeat(z.sum(axis=1)[:, None], DAYS, axis=1), axis=1)
    squares = np.cumsum(np.full(DAYS, 4.0 * UNITS))
    assert count_claims(totals, np.vectorize(reach_at_any_time)(squares, WEEK)) > 0.2


@pytest.mark.parametrize("difference", [0.25, -0.25])
def test_a_difference_that_is_there_is_found_with_its_sign_and_lies_in_the_interval(difference):
    totals, squares = throw(make_costs(), 2, difference)
    reach = np.vectorize(reach_at_any_time)(squares, WEEK)
    found = np.abs(totals) > reach
    assert found[:, -1].mean() > 0.9
    assert (np.sign(totals[:, -1][found[:, -1]]) == np.sign(difference)).all()
    held = np.abs(totals - difference * UNITS * np.arange(1, DAYS + 1)) <= reach
    assert held.all(axis=1).mean() >= 0.95


def test_the_reach_is_tightest_where_it_was_meant_to_be_beside_the_one_for_a_single_look():
    at = 1000.0
    beside = [reach_at_any_time(squares, at) / math.sqrt(squares) for squares in (at / 20, at, at * 20)]
    assert beside[1] == min(beside)
    assert 1.96 < beside[1] < 3.2
    assert reach_at_any_time(at, at, 0.99) > reach_at_any_time(at, at)


def test_intervals_without_units_say_nothing_and_one_look_is_students():
    assert look_any_time(0.0, 0.0, 0.0, WEEK).high == math.inf
    assert look_once(1.0, 1.0, 1).low == -math.inf
    days = np.array([0.1, 0.3, -0.2, 0.4, 0.2])
    found = look_once(days.sum(), (days**2).sum(), 5)
    reach = 2.776 * days.std(ddof=1) / math.sqrt(5)
    assert found.value == pytest.approx(days.mean())
    assert (found.low, found.high) == pytest.approx((days.mean() - reach, days.mean() + reach), abs=1e-4)
    assert str(found) == "+0.1600 [-0.1259, +0.4459]"
