"""The benches: parts lie beside one another, ratios have the spread of their rounds, clocks are read rightly."""

import json
import time

import numpy as np
import pytest
from rich.console import Console

from lab.bench.__main__ import main
from lab.bench.answer_parts import compute_mean_ms, count_degraded, count_same, read_clock
from lab.bench.bench_parts import PARTS
from lab.bench.bench_results import FILE, keep, spread
from lab.bench.by_turns import Row, Took, by_turns, rows
from lab.bench.one_request import Turns, turn
from lab.bench.serving_record import recorded
from lab.bench.study_targets import busy, verdict
from lab.load.closed_loop import closed_loop
from lab.load.endpoint import Endpoint
from lab.load.load_result import Result
from lab.load.served_system import uvicorn
from parts.service_shell.metrics import PARTS as CLOCKS


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("STUDY_HOME", str(tmp_path / "study"))
    return tmp_path / "study"


def run(latencies) -> Result:
    latencies = np.array(latencies, dtype=float)
    at = np.arange(len(latencies), dtype=float)
    return Result("closed", None, 1.0, at, at, latencies, np.full(len(latencies), 200), 0.0)


def test_parts_are_kept_beside_one_another_and_replace_themselves(home):
    keep("serving", {"ratios": 1})
    keep("pipeline", {"ratios": 2})
    path = keep("serving", {"ratios": 3})
    found = json.loads(path.read_text())
    assert path == home / "results" / FILE
    assert {name: part["ratios"] for name, part in found.items()} == {"serving": 3, "pipeline": 2}
    assert all(part["machine"]["cpus"] and part["packages"]["feast"] for part in found.values())


def test_results_of_the_old_form_are_not_mixed_with_the_new(home):
    path = keep("pipeline", {"ratios": 1})
    path.write_text(json.dumps({"machine": {"cpus": 2}, "rows": 5, "measurements": []}))
    assert list(json.loads(keep("serving", {"ratios": 1}).read_text())) == ["serving"]


def test_a_ratio_has_the_extremes_of_its_rounds():
    assert spread([2.0, 4.0, 9.0], [1.0, 1.0, 3.0]) == {"ratio": 4.0, "low": 2.0, "high": 4.0, "rounds": 3}


def test_works_take_turns_and_every_other_round_runs_backwards():
    order: list[tuple[str, int]] = []
    works = {name: lambda number, name=name: lambda: order.append((name, number)) for name in "abc"}
    took = by_turns(works, 2, ["a"], Console(quiet=True))
    assert order == [("a", 0), *[(name, 1) for name in "cba"], *[(name, 2) for name in "abc"]]
    assert all(len(rounds) == 2 for seconds in (took.wall, took.cpu) for rounds in seconds.values())


def test_only_the_work_is_timed_and_not_what_makes_it_ready():
    def ready(number):
        time.sleep(0.5)
        return lambda: None

    began = time.perf_counter()
    took = by_turns({"slow to make ready": ready}, 1, [], Console(quiet=True))
    assert took.wall["slow to make ready"][0] < (time.perf_counter() - began) / 2


def test_a_row_sets_one_work_over_another():
    took = Took({"a": [2.0, 3.0], "b": [1.0, 1.0]}, {"a": [1.0, 1.0], "b": [4.0, 4.0]})
    (row,) = rows(took, [Row("a / b", "a", "b", "both sleep")], Console(quiet=True)).values()
    assert row["cpu"] == {"ratio": 0.25, "low": 0.25, "high": 0.25, "rounds": 2}
    assert row == {"ratio": 2.5, "low": 2.0, "high": 3.0, "rounds": 2, "cpu": row["cpu"], "about": "both sleep"}


def test_a_ratio_of_quantiles_is_over_all_rounds_and_none_is_left_out():
    turns = Turns()
    for slow in (1, 10):
        turns.add("ours", run([2 * slow] * 10))
        turns.add("theirs", run([4.0] * 10))
    assert turns.ratio("ours", "theirs", 0.5) == {"ratio": 0.5, "low": 0.5, "high": 5.0, "rounds": 2}
    assert turns.ratio("ours", "theirs", 0.95)["ratio"] == 5.0
    assert turns.record()["ours"]["rounds"]["p50"] == [2.0, 20.0]


def test_a_round_asks_every_service_and_turns_the_order_round():
    turns = Turns()
    with uvicorn("lab.load.noop_app:app") as url:
        endpoints = {name: Endpoint(url + "/", [b"{}"]) for name in ("one", "other")}
        for number in range(2):
            turn(endpoints, number, 5, turns)
    assert {name: [len(one.waits) for one in runs] for name, runs in turns.runs.items()} == {
        "one": [5, 5], "other": [5, 5]
    }  # fmt: skip


def test_the_clock_of_a_service_is_read_between_two_readings(tmp_path):
    """A real registry on a real service: 3 answers of 2 ms, after one of a second that does not count."""
    (tmp_path / "metrics_app.py").write_text(APP)
    with uvicorn("metrics_app:app", tmp_path, "/metrics") as url:
        endpoint = Endpoint(url + "/predict", [b"{}"])
        closed_loop(endpoint, 1, 1)
        before = read_clock(endpoint)
        closed_loop(endpoint, 1, 3)
        spent = compute_mean_ms(before, read_clock(endpoint))
        assert spent == pytest.approx(dict.fromkeys(CLOCKS, 2.0))
        assert count_degraded(endpoint) == 4


APP = """
from fastapi import FastAPI, Response
from parts.service_shell.metrics import CONTENT_TYPE, PARTS, Metrics
app, metrics, took = FastAPI(), Metrics(), iter([1.0, 0.002, 0.002, 0.002])

@app.post("/predict")
async def predict():
    metrics.took(dict.fromkeys(PARTS, next(took)))
    metrics.degraded.inc()

@app.get("/metrics")
async def text():
    return Response(metrics.text(), media_type=CONTENT_TYPE)
"""


def test_answers_are_the_same_where_the_probability_is_the_models_and_the_label_its_side_of_a_half():
    ours, theirs = [{"prediction": 0.7}, {"prediction": 0.2}], [{"predictions": [1]}, {"predictions": [0]}]
    assert count_same(ours, theirs, [0.7, 0.2]) == 2
    assert count_same(ours, theirs, [0.7, 0.3]) == 1
    assert count_same(ours, [{"predictions": [0]}] * 2, [0.7, 0.2]) == 1


def test_the_recorded_run_answers_alike_and_has_every_service_alone_and_under_load():
    said = recorded()
    alike, asked = said.said["same_answers"]
    assert alike == asked > 0
    assert said.services == ["fti", "split", "mlflow"] == list(said.said["load"])
    assert all(parts > 0 for name in ("fti", "split") for parts in said.parts(name).values())
    assert all(saturation.reached and saturation.point for saturation in said.saturations().values())


def test_an_unknown_part_is_refused_with_the_names_of_all(capsys):
    assert main(["speed"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("bench: no part 'speed'")
    assert all(name in said for name in PARTS)


def test_without_trained_systems_the_serving_bench_says_what_to_run(home, capsys):
    assert main(["serving"]) == 2
    assert "make study" in capsys.readouterr().err


def test_a_run_took_the_time_in_which_any_step_ran():
    assert busy([(0, 10), (5, 12), (6, 7)]) == 12
    assert busy([(100, 110), (0, 10)]) == 20  # stopped, and gone on later
    assert busy([]) == 0


def test_a_missed_target_says_by_how_much():
    aims = {"it": 100.0}
    assert verdict("it", 250, aims) == "it in at most 100 s: 250 s, missed by a factor of 2.50"
    assert verdict("it", 99, aims).endswith("99 s, met")


def test_the_study_is_not_judged_before_it_ran(home, capsys):
    assert main(["study"]) == 2
    assert "run `make study` first" in capsys.readouterr().err
