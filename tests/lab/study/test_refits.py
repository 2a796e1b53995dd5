"""Figures over several fits hold both uncertainties, and pairs stay paired."""

import numpy as np
import pandas as pd
import pytest

from lab.study.rulers.interval_widths import _compare_widths
from lab.study.rulers.refits import _draw, _mix
from lab.study.steps.refits import _draw_weeks
from measure.data.days import estimate

DAYS = pd.date_range("2013-10-01", periods=92).strftime("%Y-%m-%d")


def quarter(losses, refits):
    """Sums by day of one system: ``losses`` a day, of every fit ``refits`` more."""
    parts = [
        pd.DataFrame({"day": DAYS, "rows": 100.0, "refit": number, "served": 100 * (losses + more), "believed": 0.0})
        for number, more in enumerate(refits)
    ]
    return pd.concat(parts, ignore_index=True)


def test_an_interval_of_many_fits_spans_what_the_fits_differ_by():
    days = np.zeros(92)
    one = estimate(_mix(_draw(quarter(days, [0.5] * 6))["served"]))
    many = estimate(_mix(_draw(quarter(days, np.linspace(0.4, 0.6, 6)))["served"]))
    assert (one.low, one.value, one.high) == pytest.approx((0.5, 0.5, 0.5))
    assert (many.low, many.value, many.high) == pytest.approx((0.4, 0.5, 0.6))


def test_what_days_and_fits_do_to_both_systems_alike_is_no_difference():
    random = np.random.default_rng(0)
    days, fits = random.normal(0.5, 0.1, 92), random.normal(0, 0.1, 6)
    own, rival = (_draw(quarter(days + more, fits))["served"] for more in (0.01, 0.0))
    lead = estimate(_mix(own - rival))
    assert (lead.low, lead.value, lead.high) == pytest.approx((0.01, 0.01, 0.01))


def test_whole_weeks_are_drawn_and_every_draw_is_another_one():
    asked_at = pd.date_range("2013-01-01 17:00", periods=270, freq="D", tz="UTC")
    training = pd.DataFrame({"asked_at": asked_at.repeat(3), "row": range(810)})
    drawn = [list(part["row"]) for part in _draw_weeks(training)]
    assert len({tuple(rows) for rows in drawn}) == len(drawn)
    for rows in drawn:
        assert len(rows) == len(training)
        kept = np.unique(rows)
        assert len(kept) % 3 == 0  # whole days
        assert 0.5 < len(kept) / len(training) < 0.8


def test_days_that_remember_have_wider_intervals_by_week_and_a_figure_that_never_moves_has_none():
    storms = np.repeat(np.random.default_rng(1).normal(size=14), 7)[:92]
    assert (_compare_widths(pd.Series(DAYS), storms) or 0.0) > 1.5
    assert _compare_widths(pd.Series(DAYS), np.zeros(92)) is None
