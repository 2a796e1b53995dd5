"""Worker that measures what each further model costs: CPU seconds, rows read, values computed, bytes kept."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pandas as pd

from lab.engine.progress import reported
from lab.systems import find_system, open_system
from measure.cost.reuse import measure_cpu_seconds
from problem.contract import STORED, Mode, System, Target
from problem.facts import Facts, load_facts
from problem.questions import CUT_OFF, NEW_YORK, questions, scheduled_between
from problem.world import World

ROUNDS = 3
SINCE = pd.Timestamp("2013-08-01", tz=NEW_YORK)
"""Models are fitted on the flights from here to the cut-off, so that three rounds stay affordable."""
HISTORY = pd.Timedelta(days=31)
"""What was known longer than this before ``SINCE`` is left out for all systems: no window reaches so far back."""
MODELS: dict[Mode, tuple[Target, ...]] = {
    "batch": ("late", "delay", "cancelled", "rebooking_seats"),
    "real_time": ("late", "delay", "cancelled"),
}
"""The models, in the order in which they are added. The demand forecast is a nightly question."""
PIPELINE = "features"
CALENDAR = 3
"""Request-time values that every system computes for a question: hour, weekday, minutes to departure."""
ON_DEMAND = CALENDAR + 1
"""Values that FTI's training still computes: the calendar, and hours since an instant that is stored."""


class CountedFacts(Facts):
    """Facts that count the rows of every table handed out; a table handed out twice counts twice."""

    counter: Counter[str]

    def __init__(self, facts: Facts, counter: Counter[str]) -> None:
        super().__init__(**{field.name: getattr(facts, field.name) for field in fields(facts)})
        object.__setattr__(self, "counter", counter)

    def __getattribute__(self, name: str) -> Any:
        value = object.__getattribute__(self, name)
        if isinstance(value, pd.DataFrame):
            object.__getattribute__(self, "counter")[name] += len(value)
        return value

    def known_between(self, after: pd.Timestamp | None, until: pd.Timestamp) -> "CountedFacts":
        """The same slice, counted from here on: what lies outside it was not read."""
        before = self.counter.copy()
        part = CountedFacts(super().known_between(after, until), self.counter)
        self.counter.clear()
        self.counter.update(before)
        return part


def measure_one_round(folder: Path, steps: Path, names: str) -> None:
    """One round of ``measure_costs``, in every study."""
    measure_costs(folder, steps, names, rounds=1)


def measure_costs(folder: Path, steps: Path, names: str, rounds: int = ROUNDS) -> None:
    """What a first model costs and every one added later; systems by turns, every other round backwards.

    Starting the program, and keeping a store fresh while it serves, is not charged. ``cost.parquet``: system, mode,
    round, number (of the stage), stage (``features`` before any model, then one a model), seconds, rows_read,
    values_computed, bytes_kept, questions.
    """
    doors = [(name, mode) for name in names.split(",") for mode in open_system(name, folder / "modes" / name).modes]
    jobs = [(number, *door) for number in range(rounds) for door in doors[:: -1 if number % 2 else 1]]
    homes = {job: folder / "-".join(map(str, job)) for job in jobs}  # one a run: libraries remember paths
    rows = [
        {"system": job[1], "mode": job[2], "round": job[0], "number": number} | stage
        for job in reported(jobs)
        for number, stage in enumerate(run_stages(job[1], job[2], homes[job]))
    ]
    pd.DataFrame(rows).to_parquet(folder / "cost.parquet", index=False)
    shutil.rmtree(folder / "modes")


def run_stages(
    name: str, mode: Mode, home: Path, opened: Callable[[str, Path], System] = open_system
) -> Iterator[dict[str, Any]]:
    """What each stage cost, columns as above, in the empty folder ``home``, which is removed in the end.

    ``opened``: opens the system; another than its own door opens a variant of it.
    """
    system, known = opened(name, home), load_facts().known_at(CUT_OFF)
    facts = CountedFacts(select_recent(known), Counter())
    asked = scheduled_between(questions(known, mode), SINCE, CUT_OFF)
    yield _measure_stage(PIPELINE, facts, home, lambda: fill_store(name, system, facts)) | {
        "values_computed": _count_values_stored(home),
        "questions": len(asked),
    }
    each = ON_DEMAND if find_system(name).has_store else len(STORED) + CALENDAR
    for target in MODELS[mode]:
        stage = _measure_stage(target, facts, home, lambda target=target: system.train(facts, asked, target))
        yield stage | {"values_computed": len(asked) * each, "questions": len(asked)}
    shutil.rmtree(home)


def select_recent(facts: Facts) -> Facts:
    """What is needed for questions asked from ``SINCE`` on."""
    return replace(facts.known_between(SINCE - HISTORY, CUT_OFF), flights=facts.flights, planes=facts.planes)


def fill_store(name: str, system: System, facts: Facts) -> None:
    """Run the stage that comes before any model, if the system has one.

    Training that reads a store reads what another job has stored before: its cost belongs to the first model.
    """
    if find_system(name).has_store:
        system.wake(World(facts, CUT_OFF))
        system.store.flush()  # type: ignore[attr-defined]  # what is held back has not been stored yet


def _measure_stage(stage: str, facts: CountedFacts, home: Path, call: Any) -> dict[str, Any]:
    facts.counter.clear()
    seconds = measure_cpu_seconds(call)
    kept = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
    return {"stage": stage, "seconds": seconds, "rows_read": facts.counter.total(), "bytes_kept": kept}


def _count_values_stored(home: Path) -> int:
    """Feature values in the history files of a store, without its own stamps."""
    parts = [pd.read_parquet(file) for file in (home / "features" / "history").rglob("*.parquet")]
    return sum(part.filter(regex="^(?!.*_stored_at$)").select_dtypes("number").size for part in parts)
