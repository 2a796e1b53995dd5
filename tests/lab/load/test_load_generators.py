"""The load generators are calibrated on services whose faults are known. No wall-clock time is asserted."""

import sys
import time
from pathlib import Path

import numpy as np
import pytest

from lab.load.endpoint import CannotLoad, Endpoint, check
from lab.load.load_result import NO_ANSWER, NO_CONNECTION
from lab.load.loops import closed_loop, open_loop, schedule
from lab.load.planted_waits import STALL, STALLING, STALLS_EVERY
from lab.load.served_system import free_port, served, uvicorn
from tests.planted_apps import FAILS_EVERY

pytestmark = pytest.mark.service

HERE = Path(__file__).parents[2]
STALLED = STALL * 1000 / 4
"""A wait in ms that only a stall explains: far above the work of one answer, well below a stall."""


@pytest.fixture(scope="module")
def stalling():
    with uvicorn(STALLING) as url:
        yield Endpoint(url + "/", [b"{}"])


def stalled(result) -> int:
    """How many requests met a stall, or waited behind one."""
    return int(np.sum(result.waits > STALLED))


def test_the_open_loop_sees_the_queue_behind_a_stall_and_the_closed_one_does_not(stalling):
    rate, seconds = 60.0, 10
    opened = open_loop(stalling, rate, seconds)
    closed = closed_loop(stalling, 1, len(opened.due), rate)
    stalls = len(opened.due) / STALLS_EVERY
    queued = rate * (STALL - STALLED / 1000)  # those due while there is still a quarter of the stall to go
    assert stalled(opened) >= 0.7 * stalls * queued
    assert stalled(closed) <= stalled(opened) / 3
    assert opened.quantile(0.9) > 3 * closed.quantile(0.9)


class HoldsUp(Endpoint):
    """The first request holds up the generator itself for a fifth of a second."""

    async def status(self, session, number):
        time.sleep(0.2 if number == 0 else 0)
        return 200


def test_a_wait_counts_from_when_the_request_was_due_even_if_the_generator_was_late():
    result = open_loop(HoldsUp("http://127.0.0.1:1/", [b"{}"]), 100, 0.1)
    late = (result.sent - result.due)[1:5] * 1000
    assert (late > 100).all(), "the planted delay held up nobody"
    assert (result.latencies[1:5] >= late).all()
    assert result.lag >= late.max()


@pytest.mark.parametrize(("rate", "seconds"), [(50.0, 10), (7.0, 3), (0.5, 4)])
def test_the_schedule_holds_so_many_requests_a_second_evenly_spaced(rate, seconds):
    due = schedule(rate, seconds)
    assert len(due) == rate * seconds
    assert due[0] == 0
    assert np.allclose(np.diff(due), 1 / rate)


def test_no_request_is_sent_before_it_is_due_and_none_is_left_out(stalling):
    result = open_loop(stalling, 80, 2)
    assert len(result.sent) == 160
    assert (result.sent >= result.due - 1e-3).all()
    assert result.offered == 80


def test_requests_are_sent_while_earlier_ones_are_unanswered():
    with uvicorn("planted_apps:mute", HERE) as url:
        result = open_loop(Endpoint(url + "/", [b'{"wait": 1}', b"{}"], timeout=1.0), 20, 1)
    assert result.statuses.tolist() == [NO_ANSWER, 200] * 10
    assert result.quantile(0.25) < np.inf == result.quantile(0.75)
    assert result.failures == {NO_ANSWER: 10}


def test_a_bounded_number_of_connections_makes_requests_wait_and_the_wait_is_counted():
    with uvicorn("planted_apps:mute", HERE) as url:
        one = Endpoint(url + "/", [b'{"wait": 1}', b"{}"], timeout=1.0, connections=1)
        result = open_loop(one, 20, 0.1)
    assert result.statuses[0] == NO_ANSWER
    assert result.latencies[1] > 500, "the second request did not wait for the connection that the first one held"


@pytest.mark.parametrize(
    "loop", [lambda e: open_loop(e, 100, 2), lambda e: closed_loop(e, 2, 200)], ids=["open", "closed"]
)
def test_planted_errors_are_counted_and_are_no_good_answers(loop):
    with uvicorn("planted_apps:failing", HERE) as url:
        result = loop(Endpoint(url + "/", [b"{}"]))
    assert result.failures == {503: 200 / FAILS_EVERY}
    assert np.isinf(result.waits).sum() == 200 / FAILS_EVERY
    assert result.goodput(deadline=np.inf) * result.seconds == pytest.approx(150)


def test_a_service_that_is_gone_is_no_connection_and_not_a_fast_answer():
    result = open_loop(Endpoint(f"http://127.0.0.1:{free_port()}/", [b"{}"]), 50, 0.2)
    assert result.failures == {NO_CONNECTION: 10}
    assert result.quantile(0.5) == np.inf
    assert result.goodput() == 0


def test_a_service_that_is_down_is_told_in_one_line():
    with pytest.raises(CannotLoad, match=r"^nothing answers at http://.*: start the service first$"):
        check(Endpoint(f"http://127.0.0.1:{free_port()}/", [b"{}"]))


def test_a_service_that_does_not_start_is_told_with_its_last_words():
    command = [sys.executable, "-c", "raise SystemExit('no such model')"]
    with pytest.raises(CannotLoad, match="ended: no such model"), served(command):
        pass


def test_a_closed_loop_with_a_rate_keeps_to_it_and_never_catches_up(stalling):
    result = closed_loop(stalling, 1, 120, 60)
    assert (np.diff(result.sent) >= 1 / 60 - 1e-3).all()


@pytest.mark.parametrize(
    "call", [lambda e: open_loop(e, 0, 1), lambda e: closed_loop(e, 3, 2)], ids=["rate", "workers"]
)
def test_nothing_to_do_is_refused(call):
    with pytest.raises(ValueError, match=r"no request is due|cannot be shared"):
        call(Endpoint("http://127.0.0.1:1/", [b"{}"]))
