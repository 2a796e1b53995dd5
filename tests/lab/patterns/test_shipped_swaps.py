"""Requests that fail are counted on a known answer: an outage of so many seconds."""

import time
from typing import Any

import pytest

from lab.patterns.shipped_swaps import CALM, RATE, Front, call_steadily
from problem.shipping import CannotShip


class Service:
    """Answers unless it is ``down``."""

    down = False

    def ask(self, flight):
        if self.down:
            raise CannotShip("it is down")
        return 0.5


def open_front(*services: Any) -> Front:
    return Front([*services])


@pytest.mark.parametrize("seconds", [0.0, 0.4])
def test_as_many_fail_as_the_outage_has_time_for(seconds):
    service = Service()
    with call_steadily(open_front(service), {}) as answered:
        service.down = bool(seconds)
        time.sleep(seconds)
        service.down = False
    assert len(answered) == pytest.approx(RATE * (2 * CALM + seconds), abs=5)
    assert answered.count(False) == pytest.approx(RATE * seconds, abs=3)


def test_callers_of_two_replicas_lose_every_second_request_if_one_is_dead():
    dead = Service()
    dead.down = True
    with call_steadily(open_front(Service(), dead), {}) as answered:
        pass
    assert answered.count(False) == pytest.approx(len(answered) / 2, abs=2)
