"""Worker that asks what a system's replay test catches: causes of skew, change requests, halves of them, mutants."""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from lab.changes.replay_dataset import write_dataset
from lab.engine.isolation import Send, Task, run_isolated
from lab.engine.progress import reported
from lab.sandbox.patched_copy import list_cures, patched_copy
from lab.sandbox.sandbox import Sandbox
from lab.study.steps import replay_run, replayed_mutants
from lab.study.steps.mutant_outcomes import AT_ONCE
from lab.study.steps.replay_run import count_questions, list_asked
from lab.study.steps.replayed_changes import Change, list_changes
from lab.systems import find_system
from problem.facts import load_facts

PATIENCE = 600.0
"""CPU seconds for one change, which takes some five; for all mutants, whose own are counted by themselves."""
JUDGED = ("system", "cause", "request")
"""Kinds of change on which the contract's replay has its say: is the test right?"""
TEXTS = (
    "error",
    "features",
    "hours",
    "uncured",
    "skew",
    "file",
    "text",
    "operator",
    "before",
    "after",
    "verdict",
    "moved",
)
NUMBERS = ("rows", "line")


def catch_changes(folder: Path, steps: Path, name: str) -> None:
    """Run the test on every change (``lab.study.steps.replayed_changes``) and every one-sided mutant.

    ``hours.parquet``: as ``replay_run.count_questions`` has it. ``caught.parquet``: kind and name of the change, what
    ``replay_run.run_test`` says of it, causes left ``uncured`` because their cures did not fit, features with ``skew``
    by the contract's replay; of a mutant, where it stands, what it changes, its verdict and the features it moved in
    the small world.
    """
    with TemporaryDirectory() as halves, TemporaryDirectory() as ground:
        write_dataset(Path(ground), steps)
        changes = list_changes(find_system(name), Path(halves))
        tasks: list[Task] = [partial(run_change, name, change, Path(ground)) for change in changes]
        ended = reported(run_isolated(tasks, PATIENCE, AT_ONCE), len(tasks))
        found = {number: said[0] if said else {"error": why} for number, said, why in ended}
    rows = [{"kind": change.kind, "name": change.name} | found[number] for number, change in enumerate(changes)]
    _write(rows + catch_mutants(name), folder / "caught.parquet")
    count_questions(list_asked(load_facts())).to_parquet(folder / "hours.parquet", index=False)


def run_change(name: str, change: Change, ground: Path, send: Send) -> None:
    """A task: make the change in a copy of the code, and run the test there."""
    with patched_copy(change.patches) as copy:
        uncured = change.cure(copy)
        judged_on = ground if change.kind in JUDGED else None
        found = Sandbox(copy).call(f"{replay_run.__name__}:run_here", PATIENCE, name=name, ground=judged_on)
    send(found | {"uncured": " ".join(uncured)})


def catch_mutants(name: str) -> list[dict[str, Any]]:
    """What the test finds of the mutants of the cured system: on one that is not, it is red already."""
    with patched_copy(list_cures(name)) as copy:
        found: list[dict[str, Any]] = Sandbox(copy).call(
            f"{replayed_mutants.__name__}:run_one_sided", PATIENCE, name=name
        )
    return found


def _write(rows: list[dict[str, Any]], file: Path) -> None:
    table = pd.DataFrame(rows, columns=["kind", "name", *TEXTS, *NUMBERS])
    blank = dict.fromkeys(TEXTS, "") | dict.fromkeys(NUMBERS, 0)
    table.fillna(blank).astype(dict.fromkeys(NUMBERS, int)).to_parquet(file, index=False)
