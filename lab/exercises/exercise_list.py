"""The exercises that there are, and where their parts lie."""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from lab.engine.workspace import REPOSITORY
from lab.exercises.answers import Parts

NOTEBOOKS = REPOSITORY / "notebooks"


@dataclass(frozen=True)
class Exercise:
    """``name`` as in its files; ``checks``: the module that knows when it is solved."""

    number: int
    name: str
    title: str
    checks: str

    @property
    def solution(self) -> Path:
        """Its source, py:percent."""
        return NOTEBOOKS / "solutions" / f"{self.name}.py"

    @property
    def notebook(self) -> Path:
        """What the learner opens."""
        return NOTEBOOKS / "exercises" / f"{self.name}.ipynb"

    def parts(self) -> Parts:
        """What is checked, by name. Some of it imports libraries that take seconds."""
        parts: Parts = import_module(f"lab.exercises.{self.checks}").PARTS
        return parts


EXERCISES = (
    Exercise(1, "ex1_leak", "Find the leak", "leak"),
    Exercise(2, "ex2_mutants", "Which side moves?", "mutant_task"),
    Exercise(3, "ex3_cure", "Cure one cause of skew", "cure_task"),
    Exercise(4, "ex4_one_feature", "One feature, three systems", "one_feature"),
    Exercise(5, "ex5_schedule", "Move a schedule", "schedule_task"),
    Exercise(6, "ex6_to_fti", "From a monolith to FTI", "to_fti"),
)
