"""Load on a service of your own: ``python -m lab.load URL BODIES.jsonl --rate 50 --seconds 10``."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from lab.engine.command import run_guarded
from lab.load.endpoint import CONNECTIONS, TIMEOUT, CannotLoad, Endpoint, check
from lab.load.load_figure import draw_loops, draw_rates
from lab.load.load_result import DEADLINE
from lab.load.loops import compare_loops
from lab.load.saturation import find_ceiling, find_saturation, rates
from measure.figures.figure_style import look

FIGURE = Path("load.png")
YOURS = look("yours")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was measured and write the figure; exit status 0, 2 for what the caller can mend, 130 if stopped."""
    options = _parser().parse_args(arguments)
    return run_guarded("load", lambda: measure(options, Console(highlight=False, soft_wrap=True)))


def measure(options: argparse.Namespace, console: Console) -> int:
    """An open loop, then a closed one that asks as often if it can; with ``--saturate`` ever higher rates instead."""
    endpoint = _read_endpoint(options)
    check(endpoint)
    ceiling = find_ceiling(endpoint.bodies[0])
    console.print(str(ceiling))
    if options.rate > ceiling.rate / 2:
        raise CannotLoad(f"--rate {options.rate:g} is over half of what the generator can do here: ask for less")
    console.print(f"at most {endpoint.connections} connections; an answer is good within {options.deadline:g} ms")
    try:
        if options.saturate:
            tried = rates(options.rate, ceiling.rate / 2)
            saturation = find_saturation(endpoint, tried, options.seconds, options.deadline, console.print)
            console.print(saturation.verdict)
            draw_rates({YOURS: saturation}, options.figure)
        else:
            tails = compare_loops(endpoint, options.rate, options.seconds, options.deadline, console.print)
            draw_loops(tails, YOURS, options.figure)
    except OSError as error:
        raise CannotLoad(f"cannot write {options.figure}: {error.strerror or error}") from error
    console.print(f"figure: {options.figure}")
    return 0


def _read_endpoint(options: argparse.Namespace) -> Endpoint:
    if options.figure.suffix != ".png":
        raise CannotLoad(f"the figure is a PNG: {options.figure} must end in .png")
    for name in ("rate", "seconds", "deadline", "timeout", "connections"):
        if not 0 < getattr(options, name) < float("inf"):
            raise CannotLoad(f"--{name} must be more than 0, not {getattr(options, name):g}")
    if options.rate * options.seconds < 1:
        raise CannotLoad("no request is due in that time: raise --rate or --seconds")
    return Endpoint(options.url, _read_bodies(options.bodies), options.timeout, options.connections)


def _read_bodies(path: Path) -> list[bytes]:
    try:
        bodies = [line for line in path.read_bytes().splitlines() if line.strip()]
    except OSError as error:
        raise CannotLoad(f"cannot read {path}: {error.strerror or error}") from None
    for number, body in enumerate(bodies, 1):
        try:
            json.loads(body)
        except ValueError:
            raise CannotLoad(f"{path}: body {number} is not JSON; give one body a line") from None
    return bodies


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lab.load", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("url", help="the address that takes the POST requests")
    parser.add_argument("bodies", type=Path, help="a file with one JSON body a line, sent in turn")
    parser.add_argument("--rate", type=float, default=50, help="requests a second (50); with --saturate the first rate")
    parser.add_argument("--seconds", type=float, default=10, help="how long each rate is offered (10)")
    parser.add_argument("--deadline", type=float, default=DEADLINE, help=f"ms, for a good answer ({DEADLINE:g})")
    parser.add_argument("--timeout", type=float, default=TIMEOUT, help=f"seconds, then given up ({TIMEOUT:g})")
    parser.add_argument("--connections", type=int, default=CONNECTIONS, help=f"at most so many ({CONNECTIONS})")
    parser.add_argument("--saturate", action="store_true", help="raise the rate until the service cannot follow")
    parser.add_argument("--figure", type=Path, default=FIGURE, help=f"where the figure goes ({FIGURE})")
    return parser


if __name__ == "__main__":
    sys.exit(main())
