"""The exercises: solutions with the learner's part cut out, as notebooks that nobody has run."""

from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from lab.exercises.exercise_list import EXERCISES, Exercise
from lab.exercises.regions import exercise
from publish.notebooks.build_notebooks import describe_notebook, make_cell_id


def render_exercises(exercises: Iterable[Exercise] = EXERCISES) -> dict[Path, str]:
    """Every exercise as it is before anybody works on it, by path; those that somebody has worked on are left out."""
    return {made.notebook: render_exercise(made.solution) for made in exercises if not is_worked_on(made.notebook)}


def render_exercise(solution: Path) -> str:
    """The notebook that a solution gives."""
    return f"{nbformat.writes(describe_notebook(exercise(solution.read_text())))}\n"


def is_worked_on(path: Path) -> bool:
    """Whether anybody has changed or run a stored exercise since it was made, from whatever solution."""
    if not path.exists():
        return False
    stored = nbformat.read(path, as_version=4)
    own = [cell.id == make_cell_id(place, cell.source) for place, cell in enumerate(stored.cells, start=1)]
    return any(map(_has_run, stored.cells)) or not all(own)


def _has_run(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and bool(cell.outputs or cell.execution_count)
