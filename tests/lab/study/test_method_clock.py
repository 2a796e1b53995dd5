"""The clock counts what passes inside, and nothing else."""

import time

import pytest

from lab.study.steps.method_clock import clock_methods


class Sleeper:
    def work(self, seconds: float) -> float:
        time.sleep(seconds)
        return seconds

    def rest(self) -> None:
        time.sleep(0.05)

    def fail(self) -> None:
        time.sleep(0.02)
        raise RuntimeError


def test_it_counts_the_named_methods_and_gives_what_they_give():
    with clock_methods(Sleeper, "work") as clock:
        assert Sleeper().work(0.02) == 0.02
        Sleeper().rest()
        once = clock.seconds
        Sleeper().work(0.02)
    assert 0.02 <= once < clock.seconds


def test_time_that_ended_in_an_error_counts_and_afterwards_nothing_does():
    with clock_methods(Sleeper, "fail") as clock, pytest.raises(RuntimeError):
        Sleeper().fail()
    counted = clock.seconds
    with pytest.raises(RuntimeError):
        Sleeper().fail()
    assert counted == clock.seconds >= 0.02
