"""One prediction over HTTP: FTI and the split behind the service, against two that do less.

`python -m lab.bench.serving` starts all as processes of their own, asks them by turns one request at a time, then
each alone at ever higher rates in an open loop until it is saturated. MLflow does less: it gets the finished vector and
runs one model, ours find the features and run two. `--record` keeps the run that lesson 15 reads. Some ten minutes;
nothing is asserted.
"""

import argparse
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from lab.bench import answers
from lab.bench.bench_results import CONSOLE, Bench, take_turns
from lab.bench.services import LOOKS, MLFLOW, NOTHING, make_questions, run_service
from lab.engine.workspace import study_folder
from lab.load.endpoint import Endpoint
from lab.load.load_figure import draw_loops, draw_rates
from lab.load.load_result import Result, to_json
from lab.load.loops import closed_loop, compare_loops
from lab.load.saturation import find_ceiling, find_saturation, rates
from lab.service.service_installation import SYSTEMS, renew_installation
from problem.facts import load_facts

WARM_UP = 100
"""Requests until models are loaded and caches filled."""
LOWEST, HIGHEST, FACTOR = 0.4, 4.0, 1.15
"""First and last rate tried, in answers that one caller gets a second; the step from one rate to the next."""
COMPARED = 0.7
"""Rate at which both loops run, in saturation points."""
Start = Callable[[], AbstractContextManager[Endpoint]]
"""Starts a service for as long as a block lasts."""


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """All services by turns, one request at a time, then each under load; figures are drawn beside the results."""
    with TemporaryDirectory() as folder:
        homes = {name: renew_installation(name, Path(folder) / name) for name in SYSTEMS}
        asked = make_questions(load_facts(), homes["fti"])
        services: dict[str, Start] = {name: partial(run_service, name, homes, asked) for name in LOOKS}
        values = ask_by_turns(services, asked.expected[: answers.CHECKED], options)
        ceiling = find_ceiling(asked.bodies[0])
        CONSOLE.print(str(ceiling))
        values["ceiling"] = asdict(ceiling)
        medians = {name: float(np.median(alone["rounds"]["p50"])) for name, alone in values["alone"].items()}
        loaded = [name for name in services if name != NOTHING]
        values["load"] = {name: put_under_load(name, services[name], medians[name], options) for name in loaded}
    figures, serving = study_folder() / "results" / "figures", answers.ServingRun(values)
    draw_rates(serving.saturations(), figures / "load_rates.png")
    for name in serving.loaded:
        draw_loops(serving.loops(name), LOOKS[name], figures / f"load_loops_{name}.png")
    return values


def ask_by_turns(services: dict[str, Start], expected: list[float], options: argparse.Namespace) -> dict[str, Any]:
    """All services at once, asked by turns, one request at a time; no round is left out."""
    runs: dict[str, list[Result]] = {name: [] for name in services}
    with ExitStack() as stack:
        endpoints = {name: stack.enter_context(start()) for name, start in services.items()}
        ours, mlflows = (answers.fetch_answers(endpoints[name]) for name in ("fti", MLFLOW))
        alike = [answers.count_same(ours, mlflows, expected), len(expected)]
        CONSOLE.print("same answers: {} of {}".format(*alike))
        for endpoint in endpoints.values():
            closed_loop(endpoint, 1, WARM_UP)
        before = {name: answers.read_clock(endpoints[name]) for name in SYSTEMS}
        for number, name in take_turns(endpoints, options.rounds):
            runs[name].append(closed_loop(endpoints[name], 1, options.requests))
            CONSOLE.print(f"round {number + 1:2}  {name:8}{runs[name][-1].describe(options.deadline)}")
        after = {name: answers.read_clock(endpoints[name]) for name in SYSTEMS}
    parts = {name: answers.compute_mean_ms(before[name], after[name]) for name in SYSTEMS}
    alone = {name: answers.describe_runs(of_service) for name, of_service in runs.items()}
    return {"same_answers": alike, "alone": alone, "parts": parts, **answers.compare_runs(alone)}


def put_under_load(name: str, start: Start, median_ms: float, options: argparse.Namespace) -> dict[str, Any]:
    """One service alone under an open loop, up to its saturation; then both loops at one rate it can hold.

    ``median_ms``: what one caller who is alone waits.
    """

    def tell(line: str) -> None:
        CONSOLE.print(f"  {line}")

    CONSOLE.print(f"{LOOKS[name].label}, alone under load")
    with start() as endpoint:
        closed_loop(endpoint, 1, WARM_UP)
        lowest, highest = 1000 * LOWEST / median_ms, 1000 * HIGHEST / median_ms
        saturation = find_saturation(endpoint, rates(lowest, highest, FACTOR), options.seconds, options.deadline, tell)
        rate = float(round(COMPARED * (saturation.point or lowest)))
        tails = compare_loops(endpoint, rate, 2 * options.seconds, options.deadline, tell)
        nulls = answers.count_degraded(answers.read_clock(endpoint)) if name in SYSTEMS else 0
    tell(f"{saturation.verdict}; {nulls} answers from nulls")
    loops = {"rate": rate} | {loop: to_json(tail) for loop, tail in tails.items()}
    return {"saturation": to_json(saturation) | {"point": saturation.point}, "loops": loops}


OPTIONS = {"rounds": 10, "requests": 200, "seconds": 10.0, "deadline": 250.0}
"""Rounds of single requests, requests to each service in a round; seconds of each rate, ms for a good answer."""
main = Bench("serving", __doc__, measure, OPTIONS, answers.RECORD, answers.compute_digests).main

if __name__ == "__main__":
    sys.exit(main())
