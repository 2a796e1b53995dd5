"""One prediction over HTTP: FTI and the split behind the service, against `mlflow models serve` given the vector.

`python -m lab.bench.serving` starts all three as processes of their own, asks them by turns one request at a time, then
each alone at ever higher rates in an open loop until it is saturated. MLflow does less: it gets the finished vector and
runs one model, ours find the features and run two. Results go to `.study/results/serving.json`, the ratios to
`bench.json`; `--record` writes the copy in this folder that lesson 15 reads. Some ten minutes; nothing is asserted.
"""

import argparse
import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from lab.bench.answer_parts import ask, compute_mean_ms, count_degraded, count_same, read_clock
from lab.bench.asked import Asked, asked
from lab.bench.bench_results import keep, ratio_line, surroundings
from lab.bench.contestants import LOOKS, MLFLOW, Contestant, installations, mlflow, of_system
from lab.bench.hot_lines import hot_lines
from lab.bench.one_request import QUANTILES, Turns, turn, warm_up
from lab.bench.serving_record import FILE as RECORDED
from lab.bench.under_load import UnderLoad, under_load
from lab.engine.workspace import study_folder
from lab.load.ceiling import ceiling
from lab.load.load_figure import draw_loops, draw_rates
from lab.load.tail_text import line
from lab.service.service_installation import SYSTEMS
from problem.facts import load_facts

FILE, PART = "serving.json", "serving"
TARGET = 0.25
"""The most that FTI's answer may take, as a share of MLflow's."""
AIMED_AT = ("p50", "p99")
CHECKED = 200
"""Questions whose answers are compared before anything is timed."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, keep."""
    options = _parser().parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True)
    with installations(*SYSTEMS) as homes:
        bodies = asked(load_facts(), homes["fti"])
        contestants = _contestants(homes, bodies)
        found = one_at_a_time(contestants, bodies, options, console)
        able = ceiling(bodies.questions[0])
        console.print(str(able))
        found["ceiling"] = asdict(able)
        loaded = {each.name: _loaded(each, found, options, console) for each in contestants}
        found["load"] = {name: one.record() for name, one in loaded.items()}
        if not all(aim["met"] for aim in found["target"].values()):
            found["profile"] = hot_lines(homes["fti"], bodies.questions[:CHECKED])
            console.print("\n".join(["most of FTI's own time, in process:", *found["profile"]]))
    _draw(loaded)
    _keep(found, options.record)


def one_at_a_time(
    contestants: list[Contestant], bodies: Asked, options: argparse.Namespace, console: Console
) -> dict[str, Any]:
    """All services at once, asked by turns, one request at a time."""
    turns = Turns()
    with ExitStack() as stack:
        endpoints = {each.name: stack.enter_context(each.running()) for each in contestants}
        ours, theirs = (ask(endpoints[name], CHECKED) for name in ("fti", MLFLOW))
        alike = count_same(ours, theirs, bodies.expected[:CHECKED])
        console.print(f"same answers: {alike} of {CHECKED}")
        for endpoint in endpoints.values():
            warm_up(endpoint)
        before = {name: read_clock(endpoints[name]) for name in SYSTEMS}
        for number in range(options.rounds):
            turn(endpoints, number, options.requests, turns)
            _tell_round(turns, number, console)
        spent = {name: compute_mean_ms(before[name], read_clock(endpoints[name])) for name in SYSTEMS}
    found = {"same_answers": [alike, CHECKED], "alone": turns.record(), "parts": spent}
    return found | {"ratios": _ratios(turns, console), "target": _target(turns, console)}


def _contestants(homes: dict[str, Path], bodies: Asked) -> list[Contestant]:
    services = [of_system(system, homes[system], bodies.questions) for system in SYSTEMS]
    return [*services, mlflow(homes["fti"] / "registry", bodies.vectors)]


def _tell_round(turns: Turns, number: int, console: Console) -> None:
    waits = [f"{name} {' / '.join(f'{runs[-1].quantile(at):.1f}' for at in QUANTILES.values())}"
             for name, runs in turns.runs.items()]  # fmt: skip
    console.print(f"round {number + 1:2}, {' / '.join(QUANTILES)} in ms:  {';  '.join(waits)}")


def _ratios(turns: Turns, console: Console) -> dict[str, dict[str, float]]:
    ratios = {
        f"{name} / {MLFLOW}, one request, {key}": turns.ratio(name, MLFLOW, at)
        for name in SYSTEMS
        for key, at in QUANTILES.items()
    }
    for name, ratio in ratios.items():
        console.print(ratio_line(name, ratio))
    return ratios


def _target(turns: Turns, console: Console) -> dict[str, dict[str, Any]]:
    """Whether FTI is as fast as aimed at; a ratio above the aim is told with by how much."""
    found = {}
    for key in AIMED_AT:
        ratio = turns.ratio("fti", MLFLOW, QUANTILES[key])["ratio"]
        found[key] = {"aim": TARGET, "ratio": ratio, "met": ratio <= TARGET}
        verdict = "met" if ratio <= TARGET else f"missed by a factor of {ratio / TARGET:.2f}"
        console.print(f"target: FTI's {key} at most {TARGET:g} of MLflow's: {ratio:.3f}, {verdict}")
    return found


def _loaded(each: Contestant, found: dict[str, Any], options: argparse.Namespace, console: Console) -> UnderLoad:
    median = found["alone"][each.name]["rounds"]["p50"]
    console.print(f"{LOOKS[each.name].label}, alone under load")
    with each.running() as endpoint:
        warm_up(endpoint)
        one = under_load(
            endpoint, sorted(median)[len(median) // 2], options.seconds, options.deadline,
            lambda run: console.print("  " + line(run, options.deadline)),
        )  # fmt: skip
        nulls = count_degraded(endpoint) if each.name in SYSTEMS else 0
    console.print(f"  {one.saturation.verdict}; {nulls} answers from nulls")
    return one


def _draw(loaded: dict[str, UnderLoad]) -> None:
    folder = study_folder() / "results" / "figures"
    draw_rates({LOOKS[name]: one.saturation for name, one in loaded.items()}, folder / "load_rates.png")
    for name, one in loaded.items():
        draw_loops({"open": one.open, "closed": one.closed}, LOOKS[name], folder / f"load_loops_{name}.png")


def _keep(found: dict[str, Any], record: bool) -> None:
    keep(PART, {"ratios": found["ratios"], "target": found["target"]})
    keep(PART, found, FILE)
    if record:
        RECORDED.write_text(json.dumps(surroundings() | found, indent=1) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lab.bench.serving", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10, help="rounds of single requests (10)")
    parser.add_argument("--requests", type=int, default=200, help="requests to each service in a round (200)")
    parser.add_argument("--seconds", type=float, default=10, help="how long each rate is offered (10)")
    parser.add_argument("--deadline", type=float, default=250, help="ms, for a good answer (250)")
    parser.add_argument("--record", action="store_true", help=f"write {RECORDED.name} too")
    return parser


if __name__ == "__main__":
    from lab.bench.bench_parts import program

    program(PART)
