"""One run of a system's replay test on the code around, and what the contract's replay says of the same code.

The system keeps such a test among its adapters (``replay_test.py``): its ``replay`` gives the vectors of both sides,
its ``find_differing`` compares them.
"""

import re
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from types import ModuleType
from typing import Any

import pandas as pd

from lab.changes.operation import Operation, count_unequal
from lab.changes.replay_dataset import read_dataset
from lab.study.arm_steps import TEST
from lab.systems import StudiedSystem, find_system
from problem.contract import Mode
from problem.facts import Facts, load_facts
from problem.questions import CUT_OFF, NEW_YORK, questions, scheduled_between

MODE: Mode = "real_time"
DAYS = 7
"""The test is run on the last week before the cut-off; one that replays less sees some of its hours."""
HOUR = "%Y-%m-%d %H"


def run_here(name: str, ground: Path | None) -> dict[str, Any]:
    """What the test says of the code in this process, and, with the contract's ``ground``, what its replay says."""
    facts = load_facts()
    found = run_test(name, facts, list_asked(facts))
    return found if ground is None else found | {"skew": " ".join(find_skew(name, ground))}


def list_asked(facts: Facts, days: float = DAYS) -> pd.DataFrame:
    """The questions of the last days before the cut-off."""
    return scheduled_between(questions(facts, MODE), CUT_OFF - pd.Timedelta(days=days), CUT_OFF)


def count_questions(asked: pd.DataFrame) -> pd.DataFrame:
    """The hours (in UTC) in which questions were asked: number, hour, day (in New York), questions."""
    hours = asked.assign(
        hour=asked["asked_at"].dt.strftime(HOUR), day=asked["asked_at"].dt.tz_convert(NEW_YORK).dt.date
    )
    counts = hours.groupby("hour").agg(day=("day", "first"), questions=("day", "size"))
    return counts.reset_index().rename_axis("number").reset_index().astype({"day": str})


def run_test(name: str, facts: Facts, asked: pd.DataFrame) -> dict[str, Any]:
    """What the test finds: ``error`` ("" if it could compare), or the number of ``rows`` that differ, in which
    ``features`` and ``hours`` (by number), both separated by blanks."""
    try:
        test = find_test(find_system(name))
        differing = test.find_differing(*test.replay(facts, asked))
    except Exception as error:
        text = re.sub(rf"{gettempdir()}/\w+", "home", " ".join(str(error).split()))  # the same in every run
        return {"error": f"{type(error).__name__}: {text}"[:200]}
    rows = differing[differing.any(axis=1)]
    hours = count_questions(asked).set_index("hour")["number"]
    seen = sorted(hours[rows.index.get_level_values("asked_at").strftime(HOUR).unique()])
    features = differing.columns[differing.any()]
    return {"error": "", "rows": len(rows), "features": " ".join(features), "hours": " ".join(map(str, seen))}


def find_test(system: StudiedSystem) -> ModuleType:
    """The system's replay test; raises ``LookupError`` for a system that has none."""
    if (test := system.adapter(TEST)) is None:
        raise LookupError(f"{system.name} has no replay test")
    return test


def find_skew(name: str, ground: Path) -> list[str]:
    """The features that differ where change requests are accepted: in the small world, by the contract's replay."""
    with TemporaryDirectory() as home:
        operation = Operation(name, Path(home), read_dataset(ground))
        return list(count_unequal(operation.training(operation.asked(MODE)), operation.answers(MODE)))
