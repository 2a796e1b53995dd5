"""Where does one machine end? Every stage of FTI on the year, on 4 and on 16 years of the same flights.

``python -m lab.bench.scale`` runs each stage in a process of its own, the sizes by turns; it goes on where it stopped.
``--record`` keeps the run that the page and the lesson read.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from lab.bench.bench_results import CONSOLE, describe_surroundings, keep, print_table
from lab.bench.scale_steps import plan
from lab.engine.command import run_guarded
from lab.engine.display import Display
from lab.engine.executor import Executor
from lab.engine.recorded import Recorded, refuse_if_busy
from lab.engine.step import Step
from lab.engine.step_keys import digest_of_steps
from lab.engine.workspace import open_workspace, study_folder

RECORD = Recorded(Path(__file__).parent / "records" / "scale.json")
ROUNDS = {1: 3, 4: 2, 16: 1}
"""Years, and how often each size is run: sixteen take minutes."""


def compute_digests() -> dict[str, str]:
    """The digest of all that the recorded run depends on, as it is now."""
    steps = plan(ROUNDS)
    whole = Step("scale", "lab.bench.scale:run", "all stages of all sizes", after=tuple(step.name for step in steps))
    return {"scale": digest_of_steps([*steps, whole])["scale"]}


def run(rounds: Mapping[int, int], record: bool) -> int:
    """Bring every stage of every size up to date; print and keep what they measured."""
    load = refuse_if_busy() if record else None
    surroundings, steps = describe_surroundings(), plan(rounds)
    with open_workspace(study_folder()) as home, Display(CONSOLE) as display:
        Executor(steps, home / "scale", display).run()
        files = [home / "scale" / step.name / "measurement.json" for step in steps]
        measurements = [json.loads(file.read_text()) for file in files if file.exists()]
    print_table(pd.DataFrame(measurements))
    keep("scale", {"measurements": measurements})
    if record:
        values = {"scale": surroundings | {"measurements": measurements}}
        RECORD.write(values, compute_digests(), timed=True, load=load)
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0, 2 for what the reader can mend, 130 if stopped."""
    parser = argparse.ArgumentParser(prog="python -m lab.bench.scale", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--record", action="store_true", help=f"keep the result in {RECORD.path.name}")
    options = parser.parse_args(arguments)
    return run_guarded("bench", lambda: run(ROUNDS, options.record))


if __name__ == "__main__":
    sys.exit(main())
