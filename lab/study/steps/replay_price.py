"""Worker that measures what a system's replay test costs in its CI, beside what the system's own training costs."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from lab.engine.workspace import REPOSITORY
from lab.sandbox.cold_start import run_module
from lab.sandbox.patched_copy import list_cures, patched_copy
from lab.study.steps.replay_run import MODE, find_test, list_asked
from lab.systems import find_system, open_system
from measure.cost.reuse import compare_pairs
from problem.contract import TARGETS
from problem.facts import load_facts
from problem.questions import CUT_OFF, questions, scheduled_between

ROUNDS = 3
IN_CI, TRAINING = "a run in CI", "training"
PYTEST = ("pytest", "-q", "--import-mode=importlib", "-p", "no:cacheprovider", "-c", os.devnull)


def price_test(folder: Path, steps: Path, name: str, rounds: int = ROUNDS) -> None:
    """CPU seconds by turns: ``price.parquet`` has a row a round, and columns ``IN_CI``, ``TRAINING``, and how much is replayed.

    The first two are processes from a cold start, interpreter, libraries and facts included; the others are the test's
    own work. In CI it is run as it stands, on the cured system: it has to be green, or ``CalledProcessError`` is raised.
    """
    test, facts = find_test(find_system(name)), load_facts()
    last_week = list_asked(facts)
    hour = last_week["asked_at"].dt.floor("h")
    busiest = hour[hour >= CUT_OFF - test.DAY].mode()[0]
    asked = {"1 hour": last_week[hour == busiest], "1 day": list_asked(facts, 1), "7 days": last_week}
    with patched_copy(list_cures(name)) as copy, TemporaryDirectory() as home:
        file = Path(str(test.__file__)).relative_to(REPOSITORY)
        calls = {IN_CI: lambda: run_module(copy, *PYTEST, str(file)), TRAINING: lambda: run_module(copy, __name__, name, home)}
        calls |= {part: lambda some=some: test.find_differing(*test.replay(facts, some)) for part, some in asked.items()}
        compare_pairs(calls, rounds).seconds.to_parquet(folder / "price.parquet", index=False)


def train(name: str, home: str) -> None:
    """What the system's training program does on the day of a release: all models, on all that is known by then."""
    system, known = open_system(name, Path(home)), load_facts().known_at(CUT_OFF)
    asked = scheduled_between(questions(known, MODE), None, CUT_OFF)
    for target in TARGETS:
        system.train(known, asked, target)


if __name__ == "__main__":
    train(*sys.argv[1:])
