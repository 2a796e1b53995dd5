"""Check an exercise, or see how far you are: ``python -m lab.exercises.check [NUMBER] [--notebook FILE]``.

Exit status 0 if all that was checked is solved, 1 if not, 2 for a call that makes no sense.
"""

import argparse
import sys
from pathlib import Path

from lab.exercises.answers import Answers, NotYet, read_answers
from lab.exercises.exercise_list import EXERCISES, Exercise
from lab.exercises.judging import Verdict, judge

NUMBERS = [exercise.number for exercise in EXERCISES]


def check_exercise(exercise: Exercise, notebook: Path) -> tuple[list[Verdict], Answers]:
    """Run a learner's notebook and judge it."""
    try:
        answers = read_answers(notebook)
    except NotYet as error:
        return [Verdict("the notebook", (str(error),), ())], Answers({})
    return judge(exercise.parts(), answers), answers


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
    parser.add_argument("number", nargs="?", type=int, choices=NUMBERS, help="which exercise (all)")
    parser.add_argument("--notebook", type=Path, help="your copy of it (the one in notebooks/exercises)")
    options = parser.parse_args()
    if options.number is None:
        return 0 if overview() else 1
    exercise = EXERCISES[options.number - 1]
    return 0 if report(exercise, options.notebook or exercise.notebook) else 1


if __name__ == "__main__":
    sys.exit(main())
