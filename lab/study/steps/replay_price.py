"""Worker that measures what a system's replay test costs in its CI, beside what the system's own training costs."""

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import pandas as pd

from lab.engine.workspace import REPOSITORY
from lab.sandbox.cold_start import run_module
from lab.sandbox.patched_copy import list_cures, patched_copy
from lab.study.steps.replay_run import MODE, find_test, list_asked
from lab.systems import find_system, open_system
from measure.cost.reuse import compare_pairs
from problem.contract import TARGETS
from problem.facts import Facts, load_facts
from problem.questions import CUT_OFF, questions, scheduled_between

ROUNDS = 3
IN_CI, TRAINING = "a run in CI", "training"
PYTEST = ("pytest", "-q", "--import-mode=importlib", "-p", "no:cacheprovider", "-c", os.devnull)


def price_test(folder: Path, steps: Path, name: str, rounds: int = ROUNDS) -> None:
    """CPU seconds by turns: ``price.parquet`` has a row a round; columns ``IN_CI``, ``TRAINING``, and what is replayed.

    The first two are processes from a cold start, interpreter, libraries and facts included; the others are the test's
    own work. In CI it is run as it stands, on the cured system, and has to be green: else ``CalledProcessError``.
    """
    test, facts = find_test(find_system(name)), load_facts()
    with patched_copy(list_cures(name)) as copy, TemporaryDirectory() as home:
        file = Path(str(test.__file__)).relative_to(REPOSITORY)
        calls: dict[str, Callable[[], object]] = {
            IN_CI: partial(run_module, copy, *PYTEST, str(file)),
            TRAINING: partial(run_module, copy, __name__, name, home),
        }
        calls |= {part: partial(replay, test, facts, asked) for part, asked in list_replayed(facts).items()}
        compare_pairs(calls, rounds).seconds.to_parquet(folder / "price.parquet", index=False)


def list_replayed(facts: Facts) -> dict[str, pd.DataFrame]:
    """The questions of the busiest hour of the last day, of the day, and of the week."""
    day, week = list_asked(facts, 1), list_asked(facts, 7)
    hour = day["asked_at"].dt.floor("h")
    return {"1 hour": day[hour == hour.mode()[0]], "1 day": day, "7 days": week}


def replay(test: ModuleType, facts: Facts, asked: pd.DataFrame) -> None:
    """The test's own work, whatever comes of it."""
    test.find_differing(*test.replay(facts, asked))


def train(name: str, home: str) -> None:
    """What the system's training program does on the day of a release: all models, on all that is known by then."""
    system, known = open_system(name, Path(home)), load_facts().known_at(CUT_OFF)
    asked = scheduled_between(questions(known, MODE), None, CUT_OFF)
    for target in TARGETS:
        system.train(known, asked, target)


if __name__ == "__main__":
    train(*sys.argv[1:])
