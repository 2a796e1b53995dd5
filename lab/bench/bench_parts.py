"""The parts of ``python -m lab.bench``, and how each begins and ends."""

import sys
import warnings
from collections.abc import Callable, Sequence
from importlib import import_module

from rich.console import Console

from lab.bench.bench_results import FILE, print_machine
from lab.engine.command import run_guarded
from lab.engine.workspace import StudyError, study_folder
from lab.load.endpoint import CannotLoad

PARTS = {
    "point_in_time": "five views as of 336,776 instants: ours, Feast's stock store, bare as-of joins",
    "pipeline": "features: a refresh, a bulk fill, a training read, a night's scoring; FTI against the monolith",
    "study": "the study's own run, step by step, a second run of it, and all lessons, against their targets",
    "serving": "one request, and ever more of them: our services, `mlflow models serve`",
}
MODULES = {"study": "study_targets"}
"""Of parts whose module has another name, the module."""


def run(name: str, arguments: Sequence[str] = ()) -> int:
    """One part with the arguments of its own module; raises ``StudyError`` for what the reader can mend."""
    main: Callable[[Sequence[str]], None] = import_module(f"lab.bench.{MODULES.get(name, name)}").main
    warnings.filterwarnings("ignore", message="The ``noload`` loader strategy")  # within MLflow, at every start
    try:
        main(arguments)
    except CannotLoad as error:
        raise StudyError(str(error)) from error
    return 0


def program(name: str) -> None:
    """A part as a program of its own: ends with its exit status."""
    print_machine(Console(highlight=False))
    sys.exit(run_guarded("bench", lambda: run(name, sys.argv[1:])))


def where() -> str:
    """Where the results are."""
    return str(study_folder() / "results" / FILE)
