"""Check an exercise, or see how far you are: ``python -m lab.exercises.check [NUMBER] [--notebook FILE]``.

Exit status 0 if all that was checked is solved, 1 if not, 2 for a call that makes no sense.
"""

import argparse
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from lab.engine.workspace import REPOSITORY
from lab.exercises.answers import Answers, Note, NotYet, Part, Parts, describe_error, read_answers

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


class Verdict(NamedTuple):
    """What came out of one part."""

    part: str
    wrong: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing was wrong."""
        return not self.wrong


def check_exercise(exercise: Exercise, notebook: Path) -> tuple[list[Verdict], Answers]:
    """Run a learner's notebook and judge it."""
    try:
        answers = read_answers(notebook)
    except NotYet as error:
        return [Verdict("the notebook", (str(error),))], Answers({})
    return judge(exercise.parts(), answers), answers


def judge(parts: Parts, answers: Answers) -> list[Verdict]:
    """Every part's verdict, in order: one that is not right yet hides no other."""
    return [_verdict(name, part, answers) for name, part in parts.items()]


def _verdict(name: str, part: Part, answers: Answers) -> Verdict:
    said: list[str] = []
    try:
        for line in part(answers):
            said.append(line)
    except NotYet as error:
        said.append(str(error))
    except Exception as error:  # an answer of a kind that nobody has thought of
        said.append(f"cannot be checked: {describe_error(error)}")
    wrong, notes = (tuple(line for line in said if isinstance(line, Note) is kind) for kind in (False, True))
    return Verdict(name, wrong, notes)


def report(exercise: Exercise, notebook: Path) -> bool:
    """Print how one exercise stands, a line for each failed expectation; whether it is solved."""
    verdicts, answers = check_exercise(exercise, notebook)
    print(f"Exercise {exercise.number}. {exercise.title}")
    for verdict in verdicts:
        print(f"  {'ok     ' if verdict.passed else 'not yet'}  {verdict.part}")
        for line in (*verdict.wrong, *verdict.notes):
            print(f"           {line}")
    for line in answers.stopped:
        print(f"  stopped  {line}")
    return all(verdict.passed for verdict in verdicts)


def overview() -> bool:
    """Print one line an exercise; whether all are solved."""
    solved = []
    for exercise in EXERCISES:
        print(f"{exercise.number}  {exercise.title:<30}", end="", flush=True)
        verdicts, _ = check_exercise(exercise, exercise.notebook)
        passed = sum(verdict.passed for verdict in verdicts)
        solved.append(passed == len(verdicts))
        print("ok" if solved[-1] else f"not yet: {passed} of {len(verdicts)} parts")
    return all(solved)


def main() -> int:
    """Check one exercise, or all."""
    parser = argparse.ArgumentParser(prog="make check", description="Check an exercise: make check EX=1")
    numbers = range(1, len(EXERCISES) + 1)
    parser.add_argument("number", nargs="?", type=int, choices=numbers, help="which exercise (all)")
    parser.add_argument("--notebook", type=Path, help="your copy of it (the one in notebooks/exercises)")
    options = parser.parse_args()
    if options.number is None:
        return 0 if overview() else 1
    exercise = EXERCISES[options.number - 1]
    return 0 if report(exercise, options.notebook or exercise.notebook) else 1


if __name__ == "__main__":
    sys.exit(main())
