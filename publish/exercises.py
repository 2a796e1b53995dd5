"""The exercises: solutions with the learner's part cut out, as notebooks that nobody has run.

What the learner is to write stands in regions, and stubs in their place:

    # <solution>
    answer = 3
    # </solution>
    # stub: answer = None

A region without a stub is for those who have solved the exercise: it leaves nothing. In Markdown cells too.
"""

import re
from collections.abc import Collection, Iterable
from itertools import count
from pathlib import Path

import nbformat

from lab.exercises.check import EXERCISES, Exercise
from publish.notebooks.build_notebooks import describe_notebook, make_cell_id

REGION = re.compile(
    r"^[ \t]*# <solution>\n(?P<body>.*?)^[ \t]*# </solution>\n(?P<stub>(?:[ \t]*# stub:[^\n]*\n)*)",
    re.MULTILINE | re.DOTALL,
)
STUB = re.compile(r"^([ \t]*)# stub: ?(.*)$", re.MULTILINE)
MARK = re.compile(r"# (?:</?solution>|stub:).*")


def regions(text: str) -> list[str]:
    """What stands in the regions, in order; raises ``ValueError`` for a mark without its partner."""
    if stray := MARK.search(REGION.sub("", text)):
        raise ValueError(f"{stray[0]!r} belongs to no region")
    return [match["body"].strip("\n") for match in REGION.finditer(text)]


def exercise(text: str, solved: Collection[int] = ()) -> str:
    """The text with stubs in the place of its regions, but for the regions ``solved``, numbered from 1."""
    numbers = count(1)

    def part(match: re.Match[str]) -> str:
        return match["body"].rstrip("\n") + "\n" if next(numbers) in solved else STUB.sub(r"\1\2", match["stub"])

    regions(text)
    return REGION.sub(part, text)


def solution(text: str) -> str:
    """The text with every region as it is, without marks and stubs."""
    return exercise(text, range(1, len(regions(text)) + 1))


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
    run = [cell.outputs or cell.execution_count for cell in stored.cells if cell.cell_type == "code"]
    return any(run) or not all(own)
