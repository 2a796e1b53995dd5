"""Age and regret on figures worked out by hand."""

import math

import numpy as np
import pytest

from measure.data.believed import CannotScore
from measure.data.days import Estimate
from measure.data.regret import Point, draw, draw_ages, regret

LATE, DAYS = [1, 0, 1, 0], ["2013-10-07", "2013-10-07", "2013-10-08", "2013-10-08"]
FRESH = [0.8, 0.2, 0.8, 0.2]


def test_regret_is_what_older_features_cost():
    found = regret(LATE, DAYS, [0.4, 0.2, 0.4, 0.2], FRESH)
    assert found.value == pytest.approx(math.log(2) / 2)
    assert found.low == pytest.approx(found.high)


def test_regret_is_negative_where_older_features_served_better():
    assert regret(LATE, DAYS, FRESH, [0.4, 0.2, 0.4, 0.2]).value == pytest.approx(-math.log(2) / 2)


def test_a_system_has_no_regret_against_itself():
    found = regret(LATE, DAYS, FRESH, FRESH)
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_what_is_no_probability_has_no_regret():
    with pytest.raises(CannotScore, match="1 of served are no probability"):
        regret(LATE, DAYS, [1.4, 0.2, 0.4, 0.2], FRESH)


def test_the_figures_are_written(tmp_path):
    small = Estimate(0.01, 0.005, 0.02)
    line = [Point(minutes, small, small, 10.0) for minutes in (1, 15, 60, 1440)]
    draw({"batch": line, "real_time": line}, "fti", tmp_path / "r.png")
    draw_ages({("fti", "batch"): np.arange(100), ("split", "real_time"): np.zeros(5)}, tmp_path / "a.png")
    assert all((tmp_path / name).stat().st_size > 10_000 for name in ("r.png", "a.png"))
