"""The study and its lessons against their targets (``AIMS``): seconds on this machine, not ratios.

`python -m lab.bench.study_targets` reads when each step of the study ran, and so how long the last full run took
and which steps took most of it; then it times a run with nothing to do, and all lessons. Some minutes; nothing is
asserted.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console

from lab.bench.bench_results import keep
from lab.engine.step_cache import read_times
from lab.engine.workspace import REPOSITORY, StudyError, study_folder
from lab.study.study_steps import plan_study
from lab.systems import list_compared

PART = "study"
AIMS = {"make study": 8 * 60.0, "make study, nothing changed": 20.0, "all lessons, strictly": 8 * 60.0}
"""Seconds, at most, on two cores."""
DEAREST = 12
COMMANDS = {
    "make study, nothing changed": ["lab/study/__main__.py"],
    "all lessons, strictly": ["-m", "pytest", "--nbval", "-n", "2", "--dist", "loadfile", "-q", "notebooks"],
}
Span = tuple[float, float]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, keep."""
    argparse.ArgumentParser(
        prog="python -m lab.bench.study_targets", description=(__doc__ or "").splitlines()[0]
    ).parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True)
    spans = _spans()
    seconds = {"make study": busy(spans.values())} | {name: _timed(command) for name, command in COMMANDS.items()}
    for name, took in seconds.items():
        console.print(f"target: {verdict(name, took)}")
    steps = {name: end - begin for name, (begin, end) in spans.items()}
    console.print(f"of the study's {sum(steps.values()):.0f} seconds, most of them two steps at a time:")
    for name in sorted(steps, key=lambda name: -steps[name])[:DEAREST]:
        console.print(f"  {steps[name]:6.0f} s  {name}")
    keep(PART, {"aims": AIMS, "seconds": seconds, "steps": steps})


def busy(spans: Iterable[Span]) -> float:
    """Seconds in which at least one of the spans ran: what a run took, without the time between two runs."""
    total, until = 0.0, float("-inf")
    for begin, end in sorted(spans):
        total += max(0.0, end - max(begin, until))
        until = max(until, end)
    return total


def verdict(name: str, took: float, aims: Mapping[str, float] = AIMS) -> str:
    """A time against its aim, in words."""
    judged = "met" if took <= aims[name] else f"missed by a factor of {took / aims[name]:.2f}"
    return f"{name} in at most {aims[name]:.0f} s: {took:.0f} s, {judged}"


def _spans() -> dict[str, Span]:
    """When each step ran; raises ``StudyError`` if the study is not finished."""
    folder = study_folder() / "steps"
    try:
        return {step.name: read_times(folder / step.name) for step in plan_study(list_compared())}
    except LookupError as error:
        raise StudyError(
            f"{error}: run `make study` first (steps of an older version are kept without their time)"
        ) from None


def _timed(command: list[str]) -> float:
    began = time.monotonic()
    done = subprocess.run([sys.executable, *command], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StudyError(f"{' '.join(command)} failed: {(done.stdout.strip() or done.stderr.strip()).splitlines()[-1]}")
    return time.monotonic() - began


if __name__ == "__main__":
    from lab.bench.bench_parts import program

    program(PART)
