"""How many pipes? What stored steps cost and save when runs die, and what six sources break when they change."""

from collections.abc import Mapping
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from lab.patterns.nightly_changes import SILENT, count_fates, install, live_through, live_through_all, measure_stale
from lab.patterns.nightly_deaths import (
    BRANCHES,
    SCRIPT,
    STEPS,
    Forms,
    compare_rates,
    describe_break_even,
    describe_parts,
    import_all,
    kill_runs,
    profile_steps,
    read_outputs,
    run_clean,
)
from lab.patterns.nightly_mending import mend_all
from lab.patterns.source_server import NO_CHANGE, Systems, serve
from lab.patterns.source_systems import make_delivery
from measure.cost.rework import Form
from measure.data.days import Estimate
from problem.facts import load_facts
from problem.nightly import next_day

ALONE = True
DATA = ("reference/training/pipeline_training/sources.toml",)
TODAY = "2013-05-14"
SMALL, LARGER = 25, 8
"""One flight in so many: small nights, so that 200 of them can die within a minute."""
KILLS = {
    SMALL: {SCRIPT: 65, STEPS: 65, BRANCHES: 20},
    LARGER: {SCRIPT: 25, STEPS: 25},
}
SIZES = {SMALL: 4, LARGER: 2, 1: 2}
"""How many runs are profiled at one flight in so many."""
WAITS = (0.0, 0.05)
"""Seconds that each answer of a source takes at least."""
SIDE_BY_SIDE = 6
ROUNDS_OF_WAITS = 2


def measure(folder: Path, sides: Mapping[str, ModuleType]) -> dict[str, Any]:
    """Deaths at two sizes, what storing costs at three, waits, changes and their mending."""
    forms = {name: import_module(f"{side.__name__}.job").Job for name, side in sides.items()}
    systems = make_systems(SMALL)
    with serve(systems) as site:
        import_all(forms, folder / "imports", site)
    found = {
        "sizes": measure_sizes(forms, folder / "sizes"),
        "deaths": [measure_deaths(forms, folder / "deaths", every) for every in KILLS],
        "waits": measure_waits(forms, folder / "waits", systems),
        "stale": measure_stale(forms[SCRIPT], folder / "stale", make_systems(LARGER)),
        **measure_changes(forms, sides, folder / "changes", systems),
    }
    return {"headline": tell(found), **found}


@cache
def make_systems(every: int) -> Systems:
    """The six with one flight in so many, tonight and the night before."""
    facts = load_facts()
    return Systems(TODAY, *(make_delivery(facts, day, every) for day in (TODAY, next_day(TODAY, -1))))


def measure_deaths(forms: Forms, folder: Path, every: int) -> dict[str, Any]:
    """Runs that are left alone and runs that are killed, at one size: CPU seconds, and where steps become cheaper."""
    killed = {name: make for name, make in forms.items() if name in KILLS[every]}
    with serve(make_systems(every)) as site:
        clean = run_clean(killed, folder / "clean", site)
        truth = read_outputs(folder / "clean" / SCRIPT, TODAY)
        lasting = {name: float(np.median([run.wall for run in runs])) for name, runs in clean.items()}
        died = kill_runs(killed, folder, site, lasting, KILLS[every], truth)
    costs = {name: Form([run.cpu for run in clean[name]], died[name]["died"]) for name in killed}
    return {
        "every": every,
        "same": all(read_outputs(folder / "clean" / name, TODAY) == truth for name in killed),
        "clean": {name: list(form.clean) for name, form in costs.items()},
        "died": died,
        "measured": describe_break_even(costs[SCRIPT], costs[STEPS]),
        "rates": compare_rates(costs[SCRIPT], costs[STEPS]),
    }


def measure_sizes(forms: Forms, folder: Path) -> list[dict[str, Any]]:
    """By size of a night: what storing costs, what a death loses, and the break-even foreseen from that."""
    rows = []
    for every, rounds in SIZES.items():
        systems = make_systems(every)
        with serve(systems) as site:
            parts = profile_steps(forms[STEPS], folder, site, rounds)
        rows.append({"every": every, "flights": len(systems.now["schedule"])} | describe_parts(parts))
    return rows


def measure_waits(forms: Forms, folder: Path, systems: Systems) -> list[dict[str, Any]]:
    """By how long sources let one wait, wall seconds of each form over those of the script; medians of rounds."""
    steps: Any = forms[STEPS]
    side_by_side = {f"{STEPS}, side by side": partial(steps, at_once=SIDE_BY_SIDE)}
    rows = []
    for wait in WAITS:
        with serve(systems, wait=wait) as site:
            runs = run_clean({**forms, **side_by_side}, folder, site, ROUNDS_OF_WAITS)
        walls = {name: float(np.median([run.wall for run in ended])) for name, ended in runs.items()}
        rows.append({"wait": wait, "ratios": {name: wall / walls[SCRIPT] for name, wall in walls.items()}})
    return rows


def measure_changes(forms: Forms, sides: Mapping[str, ModuleType], folder: Path, systems: Systems) -> dict[str, Any]:
    """By form: what became of the outputs by kind of change, each night by itself, and places that mend it."""
    install(forms, folder, systems)
    truth = live_through(forms[SCRIPT], folder / SCRIPT, systems, NO_CHANGE).outputs
    nights = {name: live_through_all(make, folder / name, systems, truth) for name, make in forms.items()}
    return {
        "fates": {name: count_fates(lived) for name, lived in nights.items()},
        "nights": nights,
        "places": {name: mend_all(side, folder / "mended", systems, truth) for name, side in sides.items()},
    }


def tell(found: Mapping[str, Any]) -> str:
    """The result in one line."""
    small, large = found["sizes"][0], found["sizes"][-1]
    measured = "; ".join(tell_break_even(Estimate(**of["measured"])) for of in found["deaths"])
    silent = {name: sum(of[SILENT] for of in kinds.values()) for name, kinds in found["fates"].items()}
    return (
        f"storing costs {small['storing']:.0%} of a small night's CPU, {large['storing']:.0%} of a large one's, "
        f"and pays from {tell_rate(large['foreseen'])} dying runs on in that (by kills, in small ones: {measured}); "
        f"wrong without a word: {silent[BRANCHES]} outputs with six branches, {silent[SCRIPT]} in one script, "
        f"{silent[STEPS]} through one access layer"
    )


def tell_break_even(found: Estimate) -> str:
    """A share of dying runs with its interval."""
    return f"{tell_rate(found.value)} [{tell_rate(found.low)}, {tell_rate(found.high)}]"


def tell_rate(rate: float) -> str:
    """A share of dying runs; where more than all runs would have to die, that."""
    return f"{rate:.0%}" if rate <= 1 else ">100%"
