"""The main job: run every system, apply every ruler, write the results, print the scorecard."""

import argparse
import logging
import sys

from lab.engine.command import open_console, run_guarded
from lab.engine.display import Display
from lab.engine.executor import Executor
from lab.engine.workspace import open_workspace, study_folder
from lab.study.deep_records import plan_study
from lab.study.eight_table import FirstAnswers
from lab.systems import list_core, read_systems

WIDTH = 160
"""Columns of the scorecard where there is no terminal to ask."""


def main(arguments: list[str] | None = None) -> int:
    """Run the study; exit status 0, 1 if the gate fails, 2 for what the reader can mend, 130 if stopped."""
    options = _options(arguments)
    return run_guarded("study", lambda: study(options.systems))


def study(systems: list[str]) -> int:
    """Bring all steps up to date, then measure and print."""
    terminal = open_console(WIDTH)
    with open_workspace(study_folder()) as home:
        with Display(terminal) as display:
            answers = FirstAnswers(terminal, home / "steps", systems)
            Executor(plan_study(systems), home / "steps", display, finished=answers.take).run()
        logging.captureWarnings(True)  # what libraries warn one another of is not for the reader

        from lab.study.scorecard import print_results  # heavy imports only once there is something to measure

        return print_results(home, systems, terminal)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m lab.study", description=__doc__)
    parser.add_argument("--systems", type=_systems, default=list_core(), help="some of them only: monolith,fti")
    return parser.parse_args(arguments)


def _systems(text: str) -> list[str]:
    unknown = [name for name in text.split(",") if name not in read_systems()]
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown system {unknown[0]!r}; there are: {', '.join(read_systems())}")
    return [name for name in read_systems() if name in text.split(",")]


if __name__ == "__main__":
    sys.exit(main())
