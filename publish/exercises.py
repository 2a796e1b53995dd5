"""Make the exercises: solutions with the learner's part cut out, as notebooks that nobody has run.

python -m publish.exercises              write notebooks/exercises/*.ipynb
python -m publish.exercises ex3          only those whose name begins so
python -m publish.exercises --check      write nothing, fail where one is not what its solution gives
python -m publish.exercises --force      write over what a learner has done, too
"""

import argparse
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from lab.exercises.exercise_list import EXERCISES
from lab.exercises.regions import exercise
from publish.notebooks.build_notebooks import cell_id, described
from publish.notebooks.compare_outputs import differences

WORKED_ON = "somebody has worked on it; --force writes over it"


def fresh(solution: Path) -> NotebookNode:
    """The exercise that a solution gives."""
    return described(exercise(solution.read_text()))


def stale(solution: Path, notebook: Path) -> list[str]:
    """What a stored exercise has otherwise than a fresh one, one line each."""
    if not notebook.exists():
        return ["it is not made"]
    stored = nbformat.read(notebook, as_version=4)
    ran = ["it has been run"] if _has_run(stored) else []
    return ran + differences(fresh(solution), stored, outputs=False)


def worked_on(path: Path) -> bool:
    """Whether anybody has changed or run a stored exercise since this tool made it, from whatever solution."""
    if not path.exists():
        return False
    stored = nbformat.read(path, as_version=4)
    own = [cell.id == cell_id(place, cell.source) for place, cell in enumerate(stored.cells, start=1)]
    return _has_run(stored) or not all(own)


def write(solution: Path, notebook: Path, force: bool = False) -> list[str]:
    """Write one exercise, unless that would destroy a learner's work; returns why it did not."""
    if worked_on(notebook) and not force:
        return [WORKED_ON]
    nbformat.write(fresh(solution), notebook)
    return []


def _has_run(stored: NotebookNode) -> bool:
    return any(cell.cell_type == "code" and (cell.outputs or cell.execution_count) for cell in stored.cells)


def render_exercises() -> dict[Path, str]:
    """Every exercise as it is before anybody works on it, by path; those that somebody has worked on are left out."""
    mine = [made for made in EXERCISES if not worked_on(made.notebook)]
    return {made.notebook: nbformat.writes(fresh(made.solution)) + "\n" for made in mine}


def main() -> int:
    """Do what the command line asks; 1 if any exercise is stale or was not written."""
    parser = argparse.ArgumentParser(prog="python -m publish.exercises", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="how the wanted exercises' names begin (all)")
    parser.add_argument("--check", action="store_true", help="write nothing, fail on any difference")
    parser.add_argument("--force", action="store_true", help="write over what a learner has done")
    options = parser.parse_args()
    chosen = [made for made in EXERCISES if not options.names or made.name.startswith(tuple(options.names))]
    found = {
        made.name: stale(made.solution, made.notebook)
        if options.check
        else write(made.solution, made.notebook, options.force)
        for made in chosen
    }
    for name, why in found.items():
        print(f"{name:<20}{'; '.join(why) or 'in order'}")
    return 0 if found and not any(found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
