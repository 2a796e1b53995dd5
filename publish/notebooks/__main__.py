"""Build the notebooks from their sources.

python -m publish.notebooks                    execute all sources and write the notebooks
python -m publish.notebooks 02_skew            only those whose name begins so
python -m publish.notebooks --check            execute, write nothing, fail on any difference
python -m publish.notebooks --check-sources    execute nothing, compare the cells' sources only
"""

import argparse
import sys
import time
from pathlib import Path

from nbclient.exceptions import CellExecutionError

from publish.notebooks.build_notebooks import SOURCES, build, check, find_target


def select_sources(names: list[str]) -> list[Path]:
    """The sources whose names begin with one of `names`; all of them where none is given."""
    every = sorted(SOURCES.glob("*.py"))
    chosen = [source for source in every if not names or source.stem.startswith(tuple(names))]
    if names and not chosen:
        raise SystemExit(f"no source has such a name; there are {', '.join(s.stem for s in every) or 'none'}")
    return chosen


def report(source: Path, options: argparse.Namespace) -> bool:
    """Do one notebook, print how it went, say whether it is in order."""
    print(f"{source.stem:<30}", end="", flush=True)
    started = time.monotonic()
    try:
        if options.check or options.check_sources:
            found = check(source, outputs=not options.check_sources)
        else:
            found = build(source, find_target(source))
    except CellExecutionError as error:
        found = [str(error)]
    print(f"{'; '.join(found) or 'in order'}  ({time.monotonic() - started:.1f} s)", flush=True)
    return not found


def main() -> int:
    """Exit status 0, or 1 if any notebook is not in order."""
    parser = argparse.ArgumentParser(prog="python -m publish.notebooks", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="how the wanted notebooks' names begin (all)")
    parser.add_argument("--check", action="store_true", help="execute, write nothing, fail on any difference")
    parser.add_argument("--check-sources", action="store_true", help="compare the cells' sources only")
    options = parser.parse_args()
    return 0 if all([report(source, options) for source in select_sources(options.names)]) else 1


if __name__ == "__main__":
    sys.exit(main())
