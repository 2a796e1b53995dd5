"""The study and its lessons against their targets in DESIGN, section 6: seconds on this machine, not ratios.

`python -m lab.bench.study_targets` reads from the finished steps when each ran, and so how long the last full run took
and which steps were dear; then it times a run with nothing to do, and all lessons. Some minutes; nothing is asserted.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterable
from typing import Any

import pandas as pd

from lab.bench.bench_results import CONSOLE, Bench, print_table
from lab.engine.step_cache import read_times
from lab.engine.workspace import REPOSITORY, StudyError, study_folder
from lab.study.deep_records import plan_study
from lab.systems import list_core

AIMS = {"make study": 6 * 60.0, "make study, nothing changed": 10.0, "all lessons, strictly": 5 * 60.0}
"""Seconds, at most, on two cores."""
DEAREST = 12
COMMANDS = {
    "make study, nothing changed": ["lab/study/__main__.py"],
    "all lessons, strictly": ["-m", "pytest", "--nbval", "-n", "2", "--dist", "loadfile", "-q", "notebooks"],
}
Span = tuple[float, float]


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Time the commands, and set them and the study against their aims."""
    spans = _read_spans()
    seconds = {"make study": count_busy_seconds(spans.values())}
    seconds |= {name: _time(command) for name, command in COMMANDS.items()}
    for name, spent in seconds.items():
        CONSOLE.print(f"target: {judge(name, spent, AIMS[name])}")
    steps = {name: end - begin for name, (begin, end) in spans.items()}
    dearest = pd.Series(steps).nlargest(DEAREST).rename("seconds").rename_axis("step").reset_index()
    CONSOLE.print(f"of the study's {sum(steps.values()):.0f} seconds, most of them two steps at a time:")
    print_table(dearest)
    return {"aims": AIMS, "seconds": seconds, "steps": steps}


def count_busy_seconds(spans: Iterable[Span]) -> float:
    """Seconds in which at least one of the spans ran: what a run took, without the time between two runs."""
    total, until = 0.0, float("-inf")
    for begin, end in sorted(spans):
        total += max(0.0, end - max(begin, until))
        until = max(until, end)
    return total


def judge(name: str, seconds: float, aim: float) -> str:
    """A time against its aim, in words."""
    verdict = "met" if seconds <= aim else f"missed by a factor of {seconds / aim:.2f}"
    return f"{name} in at most {aim:.0f} s: {seconds:.0f} s, {verdict}"


def _read_spans() -> dict[str, Span]:
    """When each step ran; raises ``StudyError`` if the study is not finished."""
    try:
        return {step.name: read_times(study_folder() / "steps" / step.name) for step in plan_study(list_core())}
    except LookupError as error:
        raise StudyError(f"{error}: run `make study` first (old versions keep steps without their time)") from None


def _time(command: list[str]) -> float:
    began = time.monotonic()
    done = subprocess.run([sys.executable, *command], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StudyError(f"{' '.join(command)} failed: {(done.stdout.strip() or done.stderr.strip()).splitlines()[-1]}")
    return time.monotonic() - began


main = Bench("study", __doc__, measure, {}).main

if __name__ == "__main__":
    sys.exit(main())
