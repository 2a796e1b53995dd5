"""Where does one machine end? Every stage of FTI on the year, on 4 and on 16 years of the same flights.

``python -m lab.bench.scale`` runs each stage in a process of its own, the sizes by turns; it goes on where it stopped.
``--record`` keeps the run that the page and the lesson read.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from lab.bench.bench_results import CONSOLE, Bench, print_table
from lab.engine.display import Display
from lab.engine.executor import Executor
from lab.engine.recorded import Recorded
from lab.engine.step import Step
from lab.engine.step_keys import digest_of_steps
from lab.engine.workspace import open_workspace, study_folder
from lab.systems import find_system

RECORD = Recorded(Path(__file__).parent / "records" / "scale.json")
STAGES = ("features", "read", "fit", "score", "night")
"""In the order in which one needs another; ``lab.bench.scale_steps`` knows what each does."""
ROUNDS = {1: 3, 4: 2, 16: 1}
"""Years, and how often each size is run: sixteen take minutes."""


def plan(rounds: Mapping[int, int]) -> list[Step]:
    """All steps, sizes by turns, so that a slow hour of the machine meets all; ``rounds`` of each size, in years."""
    turns = [(copies, number) for number in range(max(rounds.values())) for copies in rounds if number < rounds[copies]]
    return [step for copies, number in turns for step in _plan_round(copies, number)]


def _plan_round(copies: int, number: int) -> Iterator[Step]:
    fti, after = find_system("fti"), f"world-{copies}"
    if number == 0:
        yield Step(after, "lab.bench.scale_steps:make_world", f"{copies} years of flights", {"copies": copies})
    for stage in STAGES:
        name, arguments = f"{stage}-{copies}-{number}", {"stage": stage, "copies": copies, "number": number}
        title, depends = f"{copies} years: {stage}", {"loads": fti.modules, "data": fti.data}
        yield Step(name, "lab.bench.scale_steps:measure", title, arguments, (after,), alone=True, **depends)
        after = name


def compute_digests() -> dict[str, str]:
    """The digest of all that the recorded run depends on, as it is now."""
    steps = plan(ROUNDS)
    whole = Step("scale", "lab.bench.scale:measure", "all of them", after=tuple(step.name for step in steps))
    return {"scale": digest_of_steps([*steps, whole])["scale"]}


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Bring every stage of every size up to date; what they measured of themselves."""
    steps = plan(ROUNDS)
    with open_workspace(study_folder()) as home, Display(CONSOLE) as display:
        Executor(steps, home / "scale", display).run()
        files = [home / "scale" / step.name / "measurement.json" for step in steps]
        measurements = [json.loads(file.read_text()) for file in files if file.exists()]
    print_table(pd.DataFrame(measurements))
    return {"measurements": measurements}


main = Bench("scale", __doc__, measure, {}, RECORD, compute_digests).main

if __name__ == "__main__":
    sys.exit(main())
