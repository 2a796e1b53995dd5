"""Children that are killed, and what is counted of them."""

import os
import time

import pytest

from lab.patterns.nightly_deaths import compare_rates, mean_parts
from lab.patterns.nightly_runs import run_child
from measure.cost.rework import Form, Part


def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_a_childs_work_is_counted_also_where_it_was_killed():
    whole, killed = run_child(lambda: burn(0.3)), run_child(lambda: burn(5), kill_after=0.3)
    assert not whole.killed
    assert killed.killed
    assert whole.cpu == pytest.approx(0.3, abs=0.15)
    assert killed.cpu <= 0.45
    assert killed.wall < 1


def test_a_child_that_fails_by_itself_is_no_death():
    with pytest.raises(ChildProcessError, match="ended with status"):
        run_child(lambda: 1 / 0)


def test_a_child_that_is_done_before_it_is_killed_was_not_killed():
    assert not run_child(lambda: None, kill_after=0.2).killed


def test_nothing_of_a_child_reaches_its_parent(tmp_path):
    run_child(lambda: (tmp_path / "pid").write_text(str(os.getpid())))
    assert int((tmp_path / "pid").read_text()) != os.getpid()


def test_ratios_over_rates_follow_from_the_runs():
    rows = {row["rate"]: row for row in compare_rates(Form([1.0], [1.5]), Form([1.2], [1.3]))}
    assert rows[0.0]["value"] == pytest.approx(1.2)
    assert rows[0.5]["value"] == pytest.approx((0.5 * 1.2 + 0.5 * 1.3) / (0.5 * 1.0 + 0.5 * 1.5))
    assert (rows[0.0]["word"], rows[0.5]["word"]) == ("worse", "no difference worth having")
    assert rows[0.5]["low"] == rows[0.5]["high"] == rows[0.5]["value"]


def test_parts_are_averaged_step_by_step():
    assert mean_parts([[Part(1, 2, 3), Part(0, 0, 0)], [Part(3, 4, 5), Part(2, 2, 2)]]) == [
        Part(2, 3, 4),
        Part(1, 1, 1),
    ]
