"""Run the experiments of all patterns, or some: ``make patterns``, ``python -m lab.patterns NAME``; resumable."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace

from lab.engine.bytecode import demand_bytecode
from lab.engine.command import open_console, run_guarded
from lab.engine.display import Display
from lab.engine.executor import Executor
from lab.engine.recorded import wait_until_idle
from lab.engine.step import Step
from lab.engine.step_keys import digest_of_steps
from lab.engine.workspace import open_workspace, study_folder
from lab.patterns.experiment_list import RESULT, plan_experiments, record_of
from lab.patterns.experiment_step import FILE

WIDTH = 160
LIBRARIES = ("pandas", "sklearn.ensemble")
"""Loaded once for all experiments."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0, 2 for what the reader can mend, 130 if stopped."""
    parser = argparse.ArgumentParser(prog="python -m lab.patterns", description=__doc__)
    parser.add_argument("names", nargs="*", help="which experiments (all)")
    parser.add_argument("--record", action="store_true", help="keep the results with the code: lab/patterns/records")
    options = parser.parse_args(arguments)
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # as make does: see the conftest at the root
    return run_guarded("patterns", lambda: run_experiments(plan_experiments(options.names), options.record))


def run_experiments(steps: Sequence[Step], keep: bool) -> int:
    """Bring the experiments up to date, print a line for each, and record them if they are to be kept.

    One runs at a time: many use both cores, so two at once would be done no sooner, and none within its budget.
    """
    is_timed = keep and any(step.alone for step in steps)
    if is_timed:
        demand_bytecode()
    load = wait_until_idle() if is_timed else None
    console = open_console(WIDTH)
    with open_workspace(study_folder()) as home:
        with Display(console) as display:
            turns = [replace(step, alone=True) for step in steps]
            executor = Executor(turns, home / "patterns", display, libraries=LIBRARIES)
            executor.run()
        results = {step.name: json.loads((executor.folder / step.name / FILE).read_text()) for step in steps}
    if not steps:
        console.print("there is no experiment yet: CONTRIBUTING.md says how to add one")
    for name, result in results.items():
        console.print(f"{name}: {result['headline']}", highlight=False, markup=False)
    if keep:
        digests = digest_of_steps(steps)
        for step in steps:
            record = record_of(step.name)
            record.path.parent.mkdir(exist_ok=True)
            record.write({RESULT: results[step.name]}, {RESULT: digests[step.name]}, timed=step.alone, load=load)
    return 0


if __name__ == "__main__":
    sys.exit(main())
