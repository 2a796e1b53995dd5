"""How many pipes? What stored steps cost and save when runs die, and what six sources break when they change."""

from collections.abc import Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from lab.patterns import nightly_changes
from lab.patterns.nightly_deaths import (
    KILLS,
    SCRIPT,
    STEPS,
    Forms,
    compare_rates,
    kill_runs,
    profile_steps,
    read_outputs,
    run_clean,
)
from lab.patterns.source_server import Systems, serve
from lab.patterns.source_systems import make_delivery
from measure.cost.rework import Form, Part, foresee_break_even, lose_a_step, lose_all, measure_break_even
from measure.data.days import Estimate
from problem.facts import load_facts
from problem.nightly import next_day

ALONE = True
DATA = ("reference/training/pipeline_training/sources.toml",)
TODAY = "2013-05-14"
EVERY = 25
"""One flight in so many: a small night, so that 200 of them can die within a minute."""
SIZES = {25: 10, 6: 3, 2: 2, 1: 2}
"""How many runs are profiled at one flight in so many."""
WAITS = (0.0, 0.02, 0.05, 0.2)
"""Seconds that each answer of a source takes at least."""
SIDE_BY_SIDE = 6
ROUNDS_OF_WAITS = 3


def measure(folder: Path, sides: Mapping[str, ModuleType]) -> dict[str, Any]:
    """CPU and deaths, sizes, waits, changes and their mending."""
    forms = {name: import_module(f"{side.__name__}.job").Job for name, side in sides.items()}
    systems = make_systems(EVERY)
    with serve(systems) as site:
        clean = run_clean(forms, folder / "clean", site)
        truth = read_outputs(folder / "clean" / SCRIPT, TODAY)
        lasting = {name: float(np.median([run.wall for run in runs])) for name, runs in clean.items()}
        deaths = {
            name: kill_runs(
                make, folder / name, site, lasting[name], KILLS[name], lambda home: read_outputs(home, TODAY) == truth
            )
            for name, make in forms.items()
        }
    costs = {name: [run.cpu for run in runs] for name, runs in clean.items()}
    found = {
        "same": all(read_outputs(folder / "clean" / name, TODAY) == truth for name in forms),
        "clean": costs,
        "deaths": deaths,
        "measured": vars(
            measure_break_even(Form(costs[SCRIPT], deaths[SCRIPT]["died"]), Form(costs[STEPS], deaths[STEPS]["died"]))
        ),
        "rates": compare_rates(costs[SCRIPT], costs[STEPS], deaths[SCRIPT]["died"], deaths[STEPS]["died"]),
        "sizes": measure_sizes(forms, folder / "sizes"),
        "waits": measure_waits(forms, folder / "waits", systems),
        **measure_changes(forms, sides, folder / "changes", systems, truth),
    }
    return {"headline": tell(found), **found}


def make_systems(every: int) -> Systems:
    """The six with one flight in so many, tonight and the night before."""
    facts = load_facts()
    return Systems(TODAY, *(make_delivery(facts, day, every) for day in (TODAY, next_day(TODAY, -1))))


def measure_sizes(forms: Forms, folder: Path) -> list[dict[str, Any]]:
    """By size of a night: what storing costs, what a death loses, and the break-even foreseen from that."""
    rows = []
    for every, rounds in SIZES.items():
        systems = make_systems(every)
        with serve(systems) as site:
            parts = profile_steps(forms[STEPS], folder, site, rounds)
        rows.append({"every": every, "flights": len(systems.now["schedule"])} | describe_parts(parts))
    return rows


def describe_parts(parts: list[Part]) -> dict[str, Any]:
    """Shares of what making all outputs costs, storing left out."""
    making = sum(part.cost for part in parts)
    return {
        "storing": sum(part.storing for part in parts) / making,
        "lost_without": lose_all(parts) / making,
        "lost_with": lose_a_step(parts) / making,
        "foreseen": foresee_break_even(parts),
        "parts": [part._asdict() for part in parts],
    }


def measure_waits(forms: Forms, folder: Path, systems: Systems) -> list[dict[str, Any]]:
    """By how long sources let one wait, wall seconds of each form over those of the script; medians of rounds."""
    side_by_side = {f"{STEPS}, side by side": partial(forms[STEPS], at_once=SIDE_BY_SIDE)}
    rows = []
    for wait in WAITS:
        with serve(systems, wait=wait) as site:
            runs = run_clean({**forms, **side_by_side}, folder, site, ROUNDS_OF_WAITS)
        walls = {name: float(np.median([run.wall for run in ended])) for name, ended in runs.items()}
        rows.append({"wait": wait, "ratios": {name: wall / walls[SCRIPT] for name, wall in walls.items()}})
    return rows


def measure_changes(
    forms: Forms, sides: Mapping[str, ModuleType], folder: Path, systems: Systems, truth: Mapping[str, Any]
) -> dict[str, Any]:
    """By form: what became of the outputs by kind of change, each night by itself, and places that mend it."""
    nightly_changes.install(forms, folder, systems)
    fates, nights, places, mended = {}, {}, {}, True
    for name, make in forms.items():
        lived = [
            (change, nightly_changes.live_through(make, folder / name, systems, change, truth))
            for change in nightly_changes.list_changes()
        ]
        fates[name] = nightly_changes.count_fates(lived)
        nights[name] = [
            {"source": change.source, "kind": nightly_changes.name_kind(change)} | night._asdict()
            for change, night in lived
        ]
        places[name] = []
        for change in nightly_changes.list_mendable():
            done = nightly_changes.mend(sides[name], folder / "mended", systems, change)
            mended &= done["outputs"] == truth
            places[name].append({"source": change.source, "kind": change.kind, "places": done["places"]})
    return {"fates": fates, "nights": nights, "places": places, "mended": mended}


def tell(found: Mapping[str, Any]) -> str:
    """The result in one line."""
    small, measured = found["sizes"][0], Estimate(**found["measured"])
    silent = {name: sum(of["wrong without a word"] for of in kinds.values()) for name, kinds in found["fates"].items()}
    return (
        f"storing outputs costs {small['storing']:.0%} and pays from {small['foreseen']:.0%} dying runs on "
        f"(by kills {measured.value:.0%} [{measured.low:.0%}, {measured.high:.0%}]); "
        f"outputs wrong without a word: {silent['too_many_pipes']} with six branches, "
        f"{silent[SCRIPT]} in one script, {silent[STEPS]} through one access layer"
    )
