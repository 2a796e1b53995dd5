"""The backtest on demands whose errors are counted by hand."""

import numpy as np
import pandas as pd
import pytest

from lab.study.steps.demand_forecast import sum_by_day
from measure.data.backtest import CannotBacktest, backtest, seasonal_naive

DAYS = pd.date_range("2013-10-01", periods=14)
ACTUAL = pd.DataFrame({"JFK": np.arange(14.0), "LGA": 10.0}, DAYS)
SECOND_WEEK = ACTUAL.iloc[7:]


def test_the_naive_forecast_is_last_weeks_same_day():
    naive = seasonal_naive(ACTUAL)
    assert naive.iloc[:7].isna().all(axis=None)
    assert naive["JFK"].iloc[7:].tolist() == list(range(7))


def test_a_perfect_forecast_has_all_the_skill():
    found = backtest(ACTUAL, SECOND_WEEK)
    assert (found.error.value, found.naive.value, found.skill.value) == (0, 3.5, 1)
    assert (found.rows, found.days) == (14, 7)


def test_the_naive_forecast_itself_has_none():
    assert backtest(ACTUAL, seasonal_naive(ACTUAL).iloc[7:]).skill.value == 0


def test_errors_are_means_over_places_and_days():
    found = backtest(ACTUAL, SECOND_WEEK + pd.DataFrame({"JFK": 1.0, "LGA": -3.0}, SECOND_WEEK.index))
    assert found.error.value == 2
    assert found.skill.value == pytest.approx(1 - 2 / 3.5)
    assert found.error.low == found.error.high == 2


def test_a_day_that_is_missing_is_refused():
    with pytest.raises(CannotBacktest, match="a gap"):
        backtest(ACTUAL.drop(DAYS[3]), SECOND_WEEK)


def test_a_forecast_without_a_week_before_it_is_refused():
    with pytest.raises(CannotBacktest, match="week before"):
        backtest(ACTUAL.iloc[3:], SECOND_WEEK)


def test_seats_count_on_the_local_day_of_departure():
    flights = pd.DataFrame(
        {
            "origin": ["JFK", "JFK", "LGA"],
            "scheduled_at": pd.to_datetime(["2013-10-02 03:59", "2013-10-02 04:00", "2013-10-02 12:00"], utc=True),
        },
        index=[7, 8, 9],
    )
    found = sum_by_day(pd.Series([1.0, 2.0, 4.0], index=[7, 8, 9]), flights)
    assert found.to_dict() == {
        "JFK": {pd.Timestamp("2013-10-01"): 1.0, pd.Timestamp("2013-10-02"): 2.0},
        "LGA": {pd.Timestamp("2013-10-01"): 0.0, pd.Timestamp("2013-10-02"): 4.0},
    }
