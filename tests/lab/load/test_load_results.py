"""What follows from the waits of a run: quantiles, goodput, tails, the saturation point, figures, the command."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from lab.load.__main__ import main
from lab.load.endpoint import Endpoint
from lab.load.load_figure import draw_loops, draw_rates, last_tries
from lab.load.load_result import Result, Tail, to_json
from lab.load.planted_waits import NOOP, STALLING
from lab.load.saturation import Saturation, Step, find_ceiling, find_saturation, rates
from lab.load.served_system import free_port, uvicorn
from measure.figures.figure_style import look

HERE = Path(__file__).parents[2]


def result(latencies, statuses=None, rate=10.0) -> Result:
    latencies = np.array(latencies, dtype=float)
    due = np.arange(len(latencies)) / rate
    statuses = np.array(statuses or [200] * len(latencies))
    return Result("open", rate, len(due) / rate, due, due, latencies, statuses, 0.0)


def step(rate, goodput, **waits) -> Step:
    return replace(Step(rate, goodput, goodput, 5.0, 8.0, 9.0, 0, 0.1), **waits)


def test_a_quantile_is_a_wait_that_was_measured():
    run = result(range(1, 101))
    assert [run.quantile(share) for share in (0.5, 0.95, 0.99, 1.0)] == [50, 95, 99, 100]


def test_a_quick_refusal_counts_as_an_endless_wait():
    run = result([5] * 90 + [1] * 10, [200] * 90 + [503] * 10)
    assert run.quantile(0.9) == 5
    assert run.quantile(0.95) == np.inf
    assert run.goodput() == 9


def test_goodput_counts_answers_within_the_deadline_alone():
    run = result([10] * 50 + [1000] * 50)
    assert run.goodput(deadline=100) == 5
    assert run.goodput(deadline=1000) == 10


def test_answers_that_come_after_the_last_request_was_due_lower_the_rate_answered():
    assert result([100] * 100).answered == pytest.approx(10)
    assert result([10_000] * 100).answered == pytest.approx(100 / 19.9)


def test_a_generator_that_was_late_says_by_how_much():
    run = result([5] * 100)
    assert replace(run, sent=run.due + 0.04).lag == pytest.approx(40)


def test_a_tail_holds_the_share_that_waited_longer():
    tail = Tail.of(np.arange(1, 1001, dtype=float))
    assert [tail.at(share) for share in (0.5, 0.95, 0.99, 0.999)] == [500, 950, 990, 999]
    assert tail == Tail(**to_json(tail))


def test_a_tail_claims_no_share_that_so_few_requests_cannot_tell():
    assert min(Tail.of(np.ones(100)).shares) == 0.01
    with pytest.raises(KeyError, match="100 requests"):
        Tail.of(np.ones(100)).at(0.999)


def test_endless_waits_survive_a_file():
    tail = Tail.of(np.array([1.0] * 9 + [np.inf]))
    assert Tail(**to_json(tail)) == tail
    found = Saturation((step(10.0, 2.0, p99=np.inf),), 250)
    assert Saturation(**to_json(found)) == found


def test_rates_rise_by_a_factor_up_to_the_highest():
    found = list(rates(4, 100, 1.5))
    assert found[:3] == [4, 6, 9]
    assert found[-1] <= 100
    assert all(high > low for low, high in pairwise(found))


def test_the_saturation_point_is_the_highest_rate_held():
    found = Saturation((step(10.0, 10.0), step(20.0, 19.5), step(30.0, 25.0), step(30.0, 20.0)), 250)
    assert (found.point, found.reached) == (20, True)
    assert "20 a second held, 30 not" in found.verdict


def test_where_every_rate_was_held_no_saturation_is_claimed():
    found = Saturation((step(10.0, 10.0),), 250)
    assert not found.reached
    assert "no higher rate was tried" in found.verdict


def test_a_rate_that_failed_once_is_tried_again_and_both_runs_are_kept():
    found = Saturation((step(10.0, 3.0), step(10.0, 10.0), step(20.0, 1.0), step(20.0, 1.0)), 250)
    assert found.point == 10
    assert [one.goodput for one in last_tries(found)] == [10, 1]


@pytest.mark.service
def test_a_service_of_known_capacity_is_found_saturated_below_it():
    """One answer at a time: 49 of 2 ms and one of 200 ms in 50 are at most some 168 a second."""
    with uvicorn(STALLING) as url:
        found = find_saturation(Endpoint(url + "/", [b"{}"]), [20, 400], 3, deadline=1000)
    assert found.reached
    assert found.point in (None, 20)
    assert found.steps[-1].offered == 400


def test_the_generator_tells_its_own_ceiling():
    found = find_ceiling(requests=400)
    assert found.rate > 0
    assert found.cpu_ms > 0
    assert f"{found.rate:,.0f} answers a second" in str(found)


def test_figures_show_both_loops_and_every_service(tmp_path):
    quick, slow = Tail.of(np.arange(1.0, 201.0)), Tail.of(np.arange(1.0, 2001.0, 10))
    draw_loops({"open": slow, "closed": quick}, look("fti"), tmp_path / "loops.png")
    found = Saturation((step(10.0, 10.0), step(20.0, 5.0, p99=np.inf)), 250)
    draw_rates({look("fti"): found, look("split"): found}, tmp_path / "rates.png")
    assert all((tmp_path / name).stat().st_size > 10_000 for name in ("loops.png", "rates.png"))


@pytest.mark.service
def test_the_command_measures_a_service_of_ones_own(tmp_path, capsys):
    bodies = tmp_path / "bodies.jsonl"
    bodies.write_text('{"a": 1}\n\n{"a": 2}\n')
    with uvicorn(NOOP) as url:
        assert main([url, str(bodies), "--rate", "20", "--seconds", "2", "--figure", str(tmp_path / "load.png")]) == 0
    said = capsys.readouterr().out
    assert "20/s offered" in said
    assert "closed" in said
    assert "answers a second from a service that does nothing" in said
    assert (tmp_path / "load.png").exists()


BAD = {
    "down": (["http://127.0.0.1:{port}/", "{bodies}"], "nothing answers at"),
    "no address": (["nowhere", "{bodies}"], "is no address"),
    "no file": (["http://127.0.0.1:{port}/", "missing.jsonl"], "cannot read missing.jsonl"),
    "no JSON": (["http://127.0.0.1:{port}/", "{broken}"], "body 2 is not JSON"),
    "no rate": (["http://127.0.0.1:{port}/", "{bodies}", "--rate", "0"], "--rate must be more than 0"),
    "no connection": (
        ["http://127.0.0.1:{port}/", "{bodies}", "--connections", "0"],
        "--connections must be more than 0",
    ),
    "no picture": (["http://127.0.0.1:{port}/", "{bodies}", "--figure", "a.svg"], "must end in .png"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_the_caller_can_mend_is_one_line(case, tmp_path, capsys):
    (tmp_path / "bodies.jsonl").write_text("{}\n")
    (tmp_path / "broken.jsonl").write_text("{}\n{\n")
    named = {"port": free_port(), "bodies": tmp_path / "bodies.jsonl", "broken": tmp_path / "broken.jsonl"}
    arguments, expected = BAD[case]
    assert main([argument.format(**named) for argument in arguments]) == 2
    said = capsys.readouterr().err
    assert said.startswith("load: ")
    assert expected in said
    assert said.count("\n") == 1


def test_a_service_that_refuses_the_body_is_one_line_with_its_reason(tmp_path, capsys):
    (tmp_path / "bodies.jsonl").write_text("{}\n")
    with uvicorn("planted_apps:refusing", HERE) as url:
        assert main([url, str(tmp_path / "bodies.jsonl")]) == 2
    assert "answers the first body with 422, not 200" in capsys.readouterr().err
