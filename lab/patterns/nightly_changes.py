"""Six sources change, one at a time: what a nightly job loses, what is wrong, and how many places mend it."""

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lab.patterns.nightly_deaths import Forms, read_outputs
from lab.patterns.nightly_runs import MakesJobs, run_child
from lab.patterns.source_server import NO_CHANGE, Systems, serve
from lab.patterns.source_systems import KINDS, LATE, Change
from problem.nightly import COLUMNS, Site, next_day

RIGHT, LOST, TOLD, SILENT = FATES = ("right", "lost", "wrong, and told", "wrong without a word")
SHORTLY = 0.15
"""Seconds after which a delivery that is a little late is there; an access layer that waits has it then."""
A_LITTLE_LATE = "a little late"


class Night(NamedTuple):
    """What came of a night: what the job ``said``, its ``outputs``, and what became of each, held against the truth."""

    said: list[str]
    outputs: dict[str, Any]
    fates: dict[str, str]


def list_changes() -> list[Change]:
    """Every kind of change at every source, and a delivery that is a little late."""
    changes = [Change(source, kind) for kind in KINDS for source in COLUMNS]
    return changes + [Change(source, LATE, SHORTLY) for source in COLUMNS]


def name_kind(change: Change) -> str:
    """The kind of a change, with lateness in two kinds."""
    return A_LITTLE_LATE if change.kind == LATE and change.arrives < float("inf") else change.kind


def install(forms: Forms, folder: Path, systems: Systems) -> None:
    """Run each form in a home of its own on the night before, so that it has what such a night leaves."""
    before = Systems(next_day(systems.today, -1), systems.before, systems.before)
    with serve(before) as site:
        for name, make in forms.items():
            run_night_and_say(make, folder / name, site)


def run_night_and_say(make: MakesJobs, home: Path, site: Site) -> list[str]:
    """One run in a child; what it said."""
    home.mkdir(parents=True, exist_ok=True)
    said = home / "said.json"
    run_child(lambda: said.write_text(json.dumps(make(home, site).run())))
    return list(json.loads(said.read_text()))


def live_through(
    make: MakesJobs, home: Path, systems: Systems, change: Change, truth: Mapping[str, Any] | None = None
) -> Night:
    """A night with a change, in a copy of that home; without a ``truth`` to be held against, its own outputs are."""
    copy = home.with_name(f"{home.name}_tonight")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home, copy)
    with serve(systems, change) as site:
        said = run_night_and_say(make, copy, site)
    found = read_outputs(copy, systems.today)
    fates = {name: judge(found[name], values, bool(said)) for name, values in (truth or found).items()}
    return Night(said, found, fates)


def judge(found: Mapping[str, Any] | None, truth: Mapping[str, Any], told: bool) -> str:
    """What became of an output; one that differs only in the last digits is right."""
    if found is None:
        return LOST
    if found == truth:
        return RIGHT
    return TOLD if told else SILENT


def measure_distance(found: Mapping[str, Any] | None, truth: Mapping[str, Any]) -> float | None:
    """The mean difference of risks, over flights that both have; None if there are none."""
    both = [name for name in truth if found and found.get(name) is not None]
    return float(np.mean([abs(found[name] - truth[name]) for name in both])) if found and both else None


def live_through_all(make: MakesJobs, home: Path, systems: Systems, truth: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A night for each change: its ``source`` and ``kind``, what was ``said``, and ``fates`` by output."""
    nights = [(change, live_through(make, home, systems, change, truth)) for change in list_changes()]
    return [
        {"source": change.source, "kind": name_kind(change), "said": night.said, "fates": night.fates}
        for change, night in nights
    ]


def count_fates(nights: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """By kind of change, how many outputs met each fate, over all sources."""
    counts: dict[str, Counter[str]] = {}
    for night in nights:
        counts.setdefault(night["kind"], Counter()).update(night["fates"].values())
    return {kind: {fate: count[fate] for fate in FATES} for kind, count in counts.items()}


def measure_stale(make: MakesJobs, folder: Path, systems: Systems) -> dict[str, float | None]:
    """By source, how far risks are off on average where nobody minds that it is a day late; None without risks."""
    install({"form": make}, folder, systems)
    home = folder / "form"
    truth = live_through(make, home, systems, NO_CHANGE).outputs
    late = {source: live_through(make, home, systems, Change(source, LATE)).outputs for source in COLUMNS}
    return {source: measure_distance(outputs["risks"], truth["risks"]) for source, outputs in late.items()}
