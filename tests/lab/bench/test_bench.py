"""The benches: parts lie beside one another, ratios have the spread of their rounds, clocks are read rightly."""

import json
from argparse import Namespace

import numpy as np
import pandas as pd
import pytest

from lab.bench import point_in_time
from lab.bench.__main__ import PARTS, main
from lab.bench.answers import (
    compare_runs,
    compute_mean_ms,
    count_degraded,
    count_same,
    describe_runs,
    read_clock,
    recorded,
)
from lab.bench.bench_results import FILE, Bench, take_turns
from lab.bench.study_targets import count_busy_seconds, judge
from lab.engine import recorded as recorded_module
from lab.engine.recorded import Recorded
from lab.load.endpoint import Endpoint
from lab.load.load_result import Result
from lab.load.loops import closed_loop
from lab.load.served_system import uvicorn
from parts.service_shell.metrics import PARTS as CLOCKS

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("STUDY_HOME", str(tmp_path / "study"))
    return tmp_path / "study"


def run(latencies) -> Result:
    latencies = np.array(latencies, dtype=float)
    at = np.arange(len(latencies), dtype=float)
    return Result("closed", None, 1.0, at, at, latencies, np.full(len(latencies), 200), 0.0)


def bench(name: str, ratios: int, **more) -> Bench:
    return Bench(name, "", lambda options: {"ratios": ratios}, {}, **more)


def test_parts_are_kept_beside_one_another_and_replace_themselves(home):
    for name, ratios in (("serving", 1), ("pipeline", 2), ("serving", 3)):
        assert bench(name, ratios).main([]) == 0
    results = json.loads((home / "results" / FILE).read_text())
    assert {name: part["ratios"] for name, part in results.items()} == {"serving": 3, "pipeline": 2}
    assert all(part["machine"]["cpus"] and part["packages"]["feast"] for part in results.values())


def test_a_bench_is_recorded_with_its_digest_and_only_on_a_quiet_machine(home, tmp_path, monkeypatch, capsys):
    record = Recorded(tmp_path / "record.json")
    recorded_bench = bench("it", 5, record=record, compute_digests=lambda: {"it": "d"})
    monkeypatch.setattr(recorded_module, "measure_load", lambda: 2.0)
    assert recorded_bench.main(["--record"]) == 2
    assert "something else uses this machine" in capsys.readouterr().err
    monkeypatch.setattr(recorded_module, "measure_load", lambda: 0.1)
    assert recorded_bench.main(["--record"]) == 0
    assert record.value("it")["ratios"] == 5
    assert record.stale({"it": "d"}) == []


def test_all_take_turns_and_every_other_round_runs_backwards():
    assert list(take_turns("abc", 2)) == [*((0, name) for name in "abc"), *((1, name) for name in "cba")]


def test_a_ratio_of_quantiles_is_taken_within_rounds_and_none_is_left_out():
    rounds = [{"fti": 2 * slow, "split": 1.0, "mlflow": 4.0, "nothing": 3.0} for slow in (1, 10, 3)]
    alone = {name: describe_runs([run([of_round[name]] * 10) for of_round in rounds]) for name in rounds[0]}
    assert alone["fti"]["rounds"]["p50"] == [2.0, 20.0, 6.0]
    compared = compare_runs(alone)
    assert compared["ratios"]["fti / mlflow, one request, p50"] == {"ratio": 1.5, "low": 0.5, "high": 5, "rounds": 3}
    assert compared["target"]["fti / mlflow, one request, p50"] == {"aim": 0.25, "ratio": 1.5, "met": False}
    assert compared["target"]["fti / nothing, one request, p50"] == {"aim": 2.5, "ratio": 2.0, "met": True}
    assert len(compared["target"]) == 4


def test_every_way_to_read_gives_the_values_of_ours(monkeypatch, facts):
    monkeypatch.setattr(point_in_time, "END", pd.Timestamp("2013-01-03", tz="UTC"))
    monkeypatch.setattr(point_in_time, "SIZES", (50,))
    monkeypatch.setattr(point_in_time, "load_facts", lambda: facts)
    options = Namespace(rows=60, rounds=1, budget=60.0, memory=8_000.0)
    results = point_in_time.measure_year(options)
    assert {ratio["above"].split(",")[0] for ratio in results["ratios"]} == {"stock", "polars", "pandas"}
    assert all(ratio["equal"] for ratio in results["ratios"])


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
        assert count_degraded(read_clock(endpoint)) == 4


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
    alike, asked = said.values["same_answers"]
    assert alike == asked > 0
    assert said.services == [*said.loaded, "nothing"] == ["fti", "split", "mlflow", "nothing"]
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
    assert count_busy_seconds([(0, 10), (5, 12), (6, 7)]) == 12
    assert count_busy_seconds([(100, 110), (0, 10)]) == 20  # stopped, and gone on later
    assert count_busy_seconds([]) == 0


def test_a_missed_target_says_by_how_much():
    assert judge("it", 250, 100.0) == "it in at most 100 s: 250 s, missed by a factor of 2.50"
    assert judge("it", 99, 100.0).endswith("99 s, met")


def test_the_study_is_not_judged_before_it_ran(home, capsys):
    assert main(["study"]) == 2
    assert "run `make study` first" in capsys.readouterr().err
