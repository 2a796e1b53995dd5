"""CPU seconds are those of the call, rounds are interleaved, and the ratio is the one found by hand."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from measure.cost import reuse
from measure.cost.reuse import (
    CannotCost,
    MarginalCost,
    Paired,
    Spread,
    compare_pairs,
    marginal_cost,
    measure_cpu_seconds,
)

SPIN = "import time\nwhile time.process_time() < {seconds}: pass"


def spin(seconds: float) -> None:
    """Use that many CPU seconds of this thread."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_a_toy_gives_the_ratio_found_by_hand() -> None:
    cost = marginal_cost({"features": 6.0, "fit": 2.0}, {"fit": 2.0, "features": 0.0})
    assert (cost.ratio, cost.stages) == (0.25, ("features", "fit"))
    assert list(cost.second.items()) == [("features", 0.0), ("fit", 2.0)]


def test_the_same_model_again_costs_exactly_as_much() -> None:
    times = {"features": 0.1, "fit": 0.2}
    assert marginal_cost(times, times).ratio == 1


def test_a_second_model_may_cost_more_than_the_first() -> None:
    assert marginal_cost({"fit": 1.0}, {"fit": 3.0}).ratio == 3


@pytest.mark.parametrize(
    ("first", "second", "line"),
    [
        ({"features": 1.0, "fit": 1.0}, {"fit": 1.0}, "stages differ"),
        ({"fit": 0.0}, {"fit": 1.0}, "the first model took no CPU seconds: no ratio$"),
        ({}, {}, "the first model took no CPU seconds: no ratio$"),
        ({"fit": 1.0}, {"fit": -1.0}, "CPU seconds must be finite and not negative$"),
        ({"fit": float("nan")}, {"fit": 1.0}, "CPU seconds must be finite and not negative$"),
    ],
)
def test_times_without_a_ratio_are_refused(first: dict[str, float], second: dict[str, float], line: str) -> None:
    with pytest.raises(CannotCost, match=f"^{line}"):
        marginal_cost(first, second)


def test_work_is_counted_and_waiting_is_not() -> None:
    assert measure_cpu_seconds(lambda: spin(0.2)) >= 0.2
    assert measure_cpu_seconds(lambda: time.sleep(0.4)) < 0.2


def test_the_work_of_threads_is_counted() -> None:
    def in_threads() -> None:
        threads = [threading.Thread(target=spin, args=(0.1,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert measure_cpu_seconds(in_threads) >= 0.2


def test_the_work_of_child_processes_is_counted() -> None:
    command = [sys.executable, "-c", SPIN.format(seconds=0.3)]
    assert measure_cpu_seconds(lambda: subprocess.run(command, check=True)) >= 0.3


def test_a_call_that_raises_is_not_measured() -> None:
    with pytest.raises(ZeroDivisionError):
        measure_cpu_seconds(lambda: 1 / 0)


def test_rounds_are_interleaved_and_every_other_one_runs_backwards() -> None:
    order: list[str] = []

    def noting(name: str) -> Callable[[], None]:
        return lambda: order.append(name)

    result = compare_pairs({name: noting(name) for name in "abc"}, rounds=3)
    assert "".join(order) == "abc" + "cba" + "abc"
    assert result.seconds.shape == (3, 3)
    assert list(result.seconds) == ["a", "b", "c"]


def test_more_work_costs_more_in_every_round() -> None:
    result = compare_pairs({"more": lambda: spin(0.15), "less": lambda: spin(0.05)}, rounds=3)
    assert result.ratio("more", "less").low > 1
    assert result.spread("more").median >= 0.15


def test_no_round_is_discarded_and_ratios_are_taken_within_rounds() -> None:
    result = Paired(pd.DataFrame({"a": [1.0, 2.0, 30.0], "b": [2.0, 4.0, 10.0]}))
    assert result.spread("a") == Spread(2.0, 1.0, 30.0)
    assert result.ratio("a", "b") == Spread(0.5, 0.5, 3.0)


def test_one_round_is_enough_and_every_call_has_its_column() -> None:
    assert compare_pairs({"a": lambda: None, "b": lambda: None}, 1).seconds.columns.tolist() == ["a", "b"]


@pytest.mark.parametrize(("names", "rounds"), [("", 3), ("a", 0)])
def test_nothing_to_measure_is_refused(names: str, rounds: int) -> None:
    with pytest.raises(CannotCost, match=r"^name at least one call and one round$"):
        compare_pairs({name: lambda: None for name in names}, rounds)


def costs() -> dict[str, MarginalCost]:
    first, second = {"features": 6.0, "fit": 2.0}, {"features": 1.0, "fit": 2.0}
    return {"fti": marginal_cost(first, second), "monolith": marginal_cost(first, first)}


@pytest.mark.slow
def test_the_same_results_draw_the_same_picture(tmp_path: Path) -> None:
    for name in ("one", "two"):
        reuse.draw(costs(), tmp_path / f"{name}.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_systems_with_other_stages_share_no_figure(tmp_path: Path) -> None:
    with pytest.raises(CannotCost, match=r"^one figure needs systems with the same stages, and at least one system$"):
        reuse.draw(costs() | {"split": marginal_cost({"fit": 1.0}, {"fit": 1.0})}, tmp_path / "x.png")
    with pytest.raises(CannotCost, match="at least one system"):
        reuse.draw({}, tmp_path / "x.png")
