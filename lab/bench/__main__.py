"""Measures this repository in ratios: ``python -m lab.bench``, or some of its parts by name.

Each row is a ratio of two things measured by turns in one run, with the extremes over all rounds; only the part `study`
tells seconds, against their targets. A part has options of its own: ``python -m lab.bench.serving --help``.
"""

import argparse
import sys
import warnings
from importlib import import_module

from lab.bench.bench_results import CONSOLE, FILE, describe_surroundings
from lab.engine.command import run_guarded
from lab.engine.workspace import StudyError, study_folder

PARTS = {
    "point_in_time": "stored features as of 336,776 instants: ours, Feast's stock store, bare as-of joins",
    "pipeline": "features: a refresh, a bulk fill, a training read, a night's scoring; FTI against the monolith",
    "study": "the study's own run, step by step, a second run of it, and all lessons, against their targets",
    "serving": "one request, and ever more of them: both services and `mlflow models serve`",
}


def main(arguments: list[str] | None = None) -> int:
    """Run the parts named, all if none is; exit status 2 for what the reader can mend, 130 if stopped."""
    listed = "\n".join(f"  {name:14} {about}" for name, about in PARTS.items())
    parser = argparse.ArgumentParser(
        prog="python -m lab.bench",
        description=f"{__doc__}\nparts:\n{listed}",
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="part", help="one of the names above (all)")
    return run_guarded("bench", lambda: _run_parts(parser.parse_args(arguments).parts or [*PARTS]))


def _run_parts(names: list[str]) -> int:
    if unknown := [name for name in names if name not in PARTS]:
        raise StudyError(f"no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    warnings.filterwarnings("ignore", message="The ``noload`` loader strategy")  # within MLflow, at every start
    for kind, values in describe_surroundings().items():
        CONSOLE.print(f"{kind}:", ", ".join(f"{name} {value}" for name, value in values.items()))
    for number, name in enumerate(names, 1):
        CONSOLE.print(f"\n[{number}/{len(names)}] {name}: {PARTS[name]}", markup=False)
        module = import_module(f"lab.bench.{'study_targets' if name == 'study' else name}")
        if status := module.main([]):
            return int(status)
    CONSOLE.print(f"\nresults: {study_folder() / 'results' / FILE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
