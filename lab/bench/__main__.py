"""Measures this repository in ratios: ``python -m lab.bench``, or some of its parts by name.

Each row is a ratio of two things measured by turns in one run, with the extremes over all rounds; only the part `study`
tells seconds, against their targets. A part has options of its own: ``python -m lab.bench.serving --help``.
"""

import argparse
import sys

from rich.console import Console

from lab.bench.bench_parts import PARTS, run, where
from lab.bench.bench_results import print_machine
from lab.engine.command import run_guarded
from lab.engine.workspace import StudyError


def main(arguments: list[str] | None = None) -> int:
    """Run the parts named, all if none is; exit status 2 for what the reader can mend, 130 if stopped."""
    listed = "\n".join(f"  {name:14} {about}" for name, about in PARTS.items())
    parser = argparse.ArgumentParser(
        prog="python -m lab.bench",
        description=f"{__doc__}\nparts:\n{listed}",
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="part", help="one of the names above (all)")
    return run_guarded("bench", lambda: _parts(parser.parse_args(arguments).parts or [*PARTS]))


def _parts(names: list[str]) -> int:
    if unknown := [name for name in names if name not in PARTS]:
        raise StudyError(f"no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    console = Console(highlight=False)
    print_machine(console)
    for number, name in enumerate(names, 1):
        console.print(f"\n[{number}/{len(names)}] {name}: {PARTS[name]}", markup=False)
        run(name)
    console.print(f"\nresults: {where()}", soft_wrap=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
