"""One prediction over HTTP: FTI and the split behind the service, against `mlflow models serve` given the vector.

`python -m lab.bench.serving` starts all three as processes of their own, asks them by turns one request at a time, then
each alone at ever higher rates in an open loop until it is saturated. MLflow does less: it gets the finished vector and
runs one model, ours find the features and run two. `--record` keeps the run that lesson 15 reads. Some ten minutes;
nothing is asserted.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import Request, urlopen

import numpy as np
import pandas as pd

from lab.bench.answer_costs import compute_mean_ms, count_degraded, profile_answers, read_clock
from lab.bench.bench_results import CONSOLE, describe_surroundings, keep, take_turns
from lab.bench.services import LOOKS, MLFLOW, Questions, Service, list_services, make_questions
from lab.bench.serving_record import RECORD, compute_digests
from lab.engine.command import run_guarded
from lab.engine.recorded import refuse_if_busy
from lab.engine.workspace import study_folder
from lab.load.endpoint import JSON, Endpoint
from lab.load.load_figure import draw_loops, draw_rates
from lab.load.load_result import Result, Tail
from lab.load.loops import closed_loop, open_loop
from lab.load.saturation import Saturation, find_ceiling, find_saturation, rates
from lab.service.service_installation import SYSTEMS, renew
from measure.cost.reuse import Paired
from problem.facts import load_facts

TARGET, AIMED_AT = 0.25, ("p50", "p99")
"""The most that FTI's answer may take, as a share of MLflow's (DESIGN, section 6)."""
QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
CHECKED, WARM_UP = 200, 100
"""Questions whose answers are compared before anything is timed; requests until models are loaded and caches filled."""
LOWEST, HIGHEST, FACTOR = 0.4, 4.0, 1.15
"""First and last rate tried, in answers that one caller gets a second; the step from one rate to the next."""
COMPARED = 0.7
"""Rate at which both loops run, in saturation points."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, keep; exit status 0, 2 for what the reader can mend, 130 if stopped."""
    parser = argparse.ArgumentParser(prog="python -m lab.bench.serving", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10, help="rounds of single requests (10)")
    parser.add_argument("--requests", type=int, default=200, help="requests to each service in a round (200)")
    parser.add_argument("--seconds", type=float, default=10, help="how long each rate is offered (10)")
    parser.add_argument("--deadline", type=float, default=250, help="ms, for a good answer (250)")
    parser.add_argument("--record", action="store_true", help=f"write {RECORD.path.name} too")
    options = parser.parse_args(arguments)
    return run_guarded("bench", lambda: run(options))


def run(options: argparse.Namespace) -> int:
    """Measure, keep the results and draw them."""
    load = refuse_if_busy() if options.record else None
    values = measure(options)
    keep("serving", values)
    if options.record:
        RECORD.write({"serving": describe_surroundings() | values}, compute_digests(), timed=True, load=load)
    folder, loaded = study_folder() / "results" / "figures", values["load"]
    saturations = {LOOKS[name]: Saturation.read(loaded[name]["saturation"]) for name in loaded}
    draw_rates(saturations, folder / "load_rates.png")
    for name in loaded:
        tails = {loop: Tail.read(loaded[name]["loops"][loop]) for loop in ("open", "closed")}
        draw_loops(tails, LOOKS[name], folder / f"load_loops_{name}.png")
    return 0


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """All services by turns, then each under load; where a target is missed, where FTI's own time goes."""
    with TemporaryDirectory() as folder:
        homes = {name: renew(name, Path(folder) / name) for name in SYSTEMS}
        asked = make_questions(load_facts(), homes["fti"])
        services = list_services(homes, asked)
        values = ask_by_turns(services, asked, options)
        ceiling = find_ceiling(asked.bodies[0])
        CONSOLE.print(str(ceiling))
        values["ceiling"] = asdict(ceiling)
        medians = {name: float(np.median(alone["rounds"]["p50"])) for name, alone in values["alone"].items()}
        values["load"] = {each.name: put_under_load(each, medians[each.name], options) for each in services}
        if not all(aim["met"] for aim in values["target"].values()):
            values["profile"] = profile_answers(homes["fti"], asked.bodies[:CHECKED])
            CONSOLE.print("\n".join(["most of FTI's own time, in process:", *values["profile"]]))
    return values


def ask_by_turns(services: list[Service], asked: Questions, options: argparse.Namespace) -> dict[str, Any]:
    """All services at once, asked by turns, one request at a time; no round is left out."""
    runs: dict[str, list[Result]] = {each.name: [] for each in services}
    with ExitStack() as stack:
        endpoints = {each.name: stack.enter_context(each.running()) for each in services}
        same = count_same(fetch_answers(endpoints["fti"]), fetch_answers(endpoints[MLFLOW]), asked.expected[:CHECKED])
        CONSOLE.print(f"same answers: {same} of {CHECKED}")
        for endpoint in endpoints.values():
            closed_loop(endpoint, 1, WARM_UP)
        before = {name: read_clock(endpoints[name]) for name in SYSTEMS}
        for number, name in take_turns(endpoints, options.rounds):
            runs[name].append(closed_loop(endpoints[name], 1, options.requests))
            CONSOLE.print(f"round {number + 1:2}  {name:8}{runs[name][-1].describe(options.deadline)}")
        parts = {name: compute_mean_ms(before[name], read_clock(endpoints[name])) for name in SYSTEMS}
    alone = {name: describe_runs(of_service) for name, of_service in runs.items()}
    return {"same_answers": [same, CHECKED], "alone": alone, "parts": parts, **compare_runs(alone)}


def fetch_answers(endpoint: Endpoint) -> list[dict[str, Any]]:
    """The answers to the first ``CHECKED`` bodies."""
    asked = [Request(endpoint.url, data=body, headers=JSON) for body in endpoint.bodies[:CHECKED]]
    return [json.load(urlopen(request, timeout=endpoint.timeout)) for request in asked]


def count_same(
    ours: Sequence[Mapping[str, Any]], mlflows: Sequence[Mapping[str, Any]], expected: Sequence[float]
) -> int:
    """How many questions were answered alike: our probability is the model's, and MLflow's label is its side of 1/2."""
    return sum(
        abs(one["prediction"] - wanted) < 1e-9 and other["predictions"] == [int(wanted > 0.5)]
        for one, other, wanted in zip(ours, mlflows, expected, strict=True)
    )


def describe_runs(runs: Sequence[Result]) -> dict[str, Any]:
    """For a JSON file: the tail over all rounds and every round's quantiles, in ms."""
    waits = np.concatenate([run.waits for run in runs])
    rounds = {key: [round(run.quantile(at), 3) for run in runs] for key, at in QUANTILES.items()}
    failed = sum(sum(run.failures.values()) for run in runs)
    return Tail.of(waits).record() | {"mean": round(float(np.mean(waits)), 3), "failed": failed, "rounds": rounds}


def compare_runs(alone: Mapping[str, Any]) -> dict[str, Any]:
    """``ratios`` of each system's quantiles to MLflow's, within the rounds; ``target``: FTI's against what is aimed at."""
    paired = {key: Paired(pd.DataFrame({name: of["rounds"][key] for name, of in alone.items()})) for key in QUANTILES}
    spreads = {(name, key): paired[key].ratio(name, MLFLOW) for name in SYSTEMS for key in QUANTILES}
    ratios = {
        f"{name} / {MLFLOW}, one request, {key}": {
            "ratio": spread.median,
            "low": spread.low,
            "high": spread.high,
            "rounds": len(paired[key].seconds),
        }
        for (name, key), spread in spreads.items()
    }
    aims = {
        key: {"aim": TARGET, "ratio": (ratio := spreads["fti", key].median), "met": ratio <= TARGET} for key in AIMED_AT
    }
    for name, ratio in [*ratios.items(), *((f"target: FTI's {key}", aim) for key, aim in aims.items())]:
        CONSOLE.print(name, "  ".join(f"{key} {value:.3g}" for key, value in ratio.items()))
    return {"ratios": ratios, "target": aims}


def put_under_load(service: Service, median_ms: float, options: argparse.Namespace) -> dict[str, Any]:
    """One service alone under an open loop, up to its saturation; then both loops at one rate it can hold.

    ``median_ms``: what one caller who is alone waits.
    """

    def hear(run: Result) -> None:
        CONSOLE.print("  " + run.describe(options.deadline))

    CONSOLE.print(f"{LOOKS[service.name].label}, alone under load")
    with service.running() as endpoint:
        closed_loop(endpoint, 1, WARM_UP)
        lowest, highest = 1000 * LOWEST / median_ms, 1000 * HIGHEST / median_ms
        saturation = find_saturation(endpoint, rates(lowest, highest, FACTOR), options.seconds, options.deadline, hear)
        rate = float(round(COMPARED * (saturation.point or lowest)))
        opened = open_loop(endpoint, rate, 2 * options.seconds)
        closed = closed_loop(endpoint, 1, len(opened.due), rate)
        nulls = count_degraded(read_clock(endpoint)) if service.name in SYSTEMS else 0
    hear(opened)
    hear(closed)
    CONSOLE.print(f"  {saturation.verdict}; {nulls} answers from nulls")
    loops = {"rate": rate, "open": opened.tail.record(), "closed": closed.tail.record()}
    return {"saturation": saturation.record(), "loops": loops}


if __name__ == "__main__":
    sys.exit(main())
