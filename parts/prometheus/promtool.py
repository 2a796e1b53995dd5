"""What ``promtool`` does: rules are checked and tested, and metrics of days gone by become blocks of a database."""

import math
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

PROGRAMS = ("prometheus", "promtool")
LONGEST_BLOCK = "13122h"
"""A year and a half: by default a block holds two hours, and a year would be four thousand of them."""


class NoPrometheus(RuntimeError):
    """A program is missing or does not start: one line that says what to do."""


class BadRules(ValueError):
    """What ``promtool`` says of rules that it refuses, or that do not do what their tests want."""


class Sample(NamedTuple):
    """A metric's ``value`` at an instant, ``at`` in seconds of Unix time."""

    name: str
    labels: Mapping[str, str]
    value: float
    at: float


def demand_programs() -> None:
    """Raises ``NoPrometheus`` for the first program that this machine has not."""
    for program in PROGRAMS:
        if not shutil.which(program):
            raise NoPrometheus(f"{program} is missing: apt-get install prometheus")


def check_rules(*files: Path) -> None:
    """Raises ``BadRules`` for a file of rules that Prometheus would not take."""
    _run("check", "rules", *map(str, files))


def test_rules(*files: Path) -> None:
    """Run files of tests, each of which names its rules; raises ``BadRules`` if an alert comes that should not, or not
    one that should."""
    _run("test", "rules", *map(str, files))


test_rules.__test__ = False  # type: ignore[attr-defined]  # pytest takes it for a test of its own


def backfill(data: Path, samples: Iterable[Sample]) -> None:
    """Make a database in ``data``, a new folder, that holds these samples. Raises ``BadRules`` if it cannot be made."""
    data.mkdir(parents=True)
    text = data.parent / f"{data.name}.openmetrics"
    with text.open("w") as file:
        file.writelines(map(_write_line, samples))
        file.write("# EOF\n")
    _run("tsdb", "create-blocks-from", f"--max-block-duration={LONGEST_BLOCK}", "openmetrics", str(text), str(data))
    text.unlink()


def _write_line(sample: Sample) -> str:
    labels = ",".join(f'{name}="{value}"' for name, value in sample.labels.items())
    value = "NaN" if math.isnan(sample.value) else repr(float(sample.value))
    return f"{sample.name}{{{labels}}} {value} {sample.at:.0f}\n"


def _run(*arguments: str) -> None:
    demand_programs()
    done = subprocess.run([PROGRAMS[1], *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise BadRules(" ".join(f"{done.stdout} {done.stderr}".split()))
