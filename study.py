"""The main job: run every system, apply every ruler, write the results, print the scorecard."""

import argparse
import logging
import sys

from runner.command import console, guarded
from runner.display import Display
from runner.execution import Execution
from runner.home import opened, study_home
from runner.steps import SYSTEMS, plan

WIDTH = 160
"""Columns of the scorecard where there is no terminal to ask."""


def main(arguments: list[str] | None = None) -> int:
    """Run the study; exit status 0, 1 if the gate fails, 2 for what the reader can mend, 130 if stopped."""
    options = _options(arguments)
    return guarded("study", lambda: study(options.systems, options.write_readme))


def study(systems: list[str], write_readme: bool) -> int:
    """Bring all steps up to date, then measure and print."""
    terminal = console(WIDTH)
    with opened(study_home()) as home:
        with Display(terminal) as display:
            Execution(plan(systems), home / "steps", display).run()
        logging.captureWarnings(True)  # what libraries warn one another of is not for the reader
        from runner.scorecard import score  # heavy imports only once there is something to measure

        return score(home, systems, terminal, write_readme)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="study", description=__doc__)
    parser.add_argument("--systems", type=_systems, default=list(SYSTEMS), help="some of them only: monolith,fti")
    parser.add_argument("--write-readme", action="store_true", help="renew the scorecard in docs/scorecard.md")
    options = parser.parse_args(arguments)
    if options.write_readme and options.systems != list(SYSTEMS):
        parser.error("docs/scorecard.md shows all systems: --write-readme does not go with --systems")
    return options


def _systems(text: str) -> list[str]:
    unknown = [name for name in text.split(",") if name not in SYSTEMS]
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown system {unknown[0]!r}; there are: {', '.join(SYSTEMS)}")
    return [name for name in SYSTEMS if name in text.split(",")]


if __name__ == "__main__":
    sys.exit(main())
