"""What happened on Tuesday? Whether a record of answers leads to the cause of a complaint, and what it costs."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from lab.patterns.recorded_costs import fill_disk, measure_costs
from lab.patterns.recorded_diagnoses import Records, diagnose_all, record
from lab.patterns.recorded_faults import FAULTS
from lab.patterns.recorded_services import NOTHING, Recorded, kill_all, measure_waits, serve_forms
from lab.patterns.recorded_verdicts import (
    LINES,
    MEASURES,
    PAIRS,
    STRUCTURED,
    VECTORS,
    compare_forms,
    compare_sampled,
    count_by_fault,
    describe_clean,
    describe_shares,
    find_turns,
)
from lab.patterns.recorded_year import Trouble, Year, answer_year, open_year, strike
from problem.recorded import Answered

ALONE = True
DIAGNOSED = (NOTHING, LINES, STRUCTURED, VECTORS)
SEED = 2013


class Plan(NamedTuple):
    """``evenings`` with trouble, and one in so many (``every_clean``) without; ``recorded``: answers whose cost is
    measured, in so many ``turns``; ``asked``: questions of a turn over HTTP; ``kills``: of each
    process, after ``killed`` answers."""

    evenings: int = 12
    every_clean: int = 2
    recorded: int = 2_000
    turns: int = 5
    asked: int = 120
    kills: int = 2
    killed: int = 200


FULL = Plan()


def measure(folder: Path, sides: Mapping[str, ModuleType], plan: Plan = FULL) -> dict[str, Any]:
    """What each form leads to, by fault and dial; false alarms; costs; what a kill or a full disk takes along."""
    forms = list_forms(sides)
    year = open_year()
    well = answer_year(year)
    costs = measure_costs(forms, folder / "costs", well[: plan.recorded], plan.turns)
    diagnosed = measure_diagnoses(year, well, {name: forms[name] for name in DIAGNOSED}, folder / "records", plan)
    with serve_forms(forms, folder / "services") as (served, supervisor):
        waits = measure_waits(served, plan.asked, plan.turns)
        kills = kill_all(served, supervisor, plan.killed, plan.kills)
    disk = fill_disk([side.__name__ for side in sides.values()], folder / "disk")
    found = {**diagnosed, "costs": costs, "waits": waits, "kills": kills, "disk": disk, "answers": len(well)}
    return {"headline": tell(found), **found}


def list_forms(sides: Mapping[str, ModuleType]) -> dict[str, Recorded]:
    """All forms of both sides, by name."""
    packages = [side.__name__ for side in sides.values()]
    modules = {package: import_module(f"{package}.forms") for package in packages}
    return {name: Recorded(package, form) for package in packages for name, form in modules[package].FORMS.items()}


def measure_diagnoses(
    year: Year, well: Sequence[Answered], forms: Mapping[str, Recorded], folder: Path, plan: Plan
) -> dict[str, Any]:
    """What the procedure says of every trouble and of clean evenings, from what each form recorded."""
    evenings = year.list_evenings()
    drawn = sorted(np.random.default_rng(SEED).choice(len(evenings), plan.evenings, replace=False).tolist())
    troubles = [strike(year, well, fault, evenings[place], place) for place in drawn for fault in FAULTS]
    records = {name: keep(of, folder / name, well, troubles) for name, of in forms.items()}
    rows, clean = diagnose_all(year, records, troubles, evenings[:: plan.every_clean])
    differences = compare_forms(rows)
    return {
        "shares": describe_shares(rows),
        "differences": differences,
        "turns": [find_turns(differences, *pair, by) for by in MEASURES for pair in PAIRS],
        "sampled": compare_sampled(rows),
        "by_fault": count_by_fault(rows),
        "clean": describe_clean(clean),
        "clean_evenings": len(evenings[:: plan.every_clean]),
        "troubles": len(troubles),
    }


def keep(recorded: Recorded, folder: Path, well: Sequence[Answered], troubles: Sequence[Trouble]) -> Records:
    """What a form recorded of the year and of each trouble, read back."""
    year = record(recorded.form, folder / "year", well, range(len(well)))
    each = enumerate(troubles)
    return Records(year, [record(recorded.form, folder / str(n), of.answers, of.numbers) for n, of in each])


def tell(found: Mapping[str, Any]) -> str:
    """The result in one line."""
    shares = {(row["touched"], row["kept"], row["form"]): row["value"] for row in found["shares"]}
    least = min(touched for touched, _, _ in shares)
    told = (LINES, STRUCTURED, VECTORS)
    whole, part = (", ".join(f"{shares[of, 1.0, form]:.0%}" for form in told) for of in (1.0, least))
    clean = {row["form"]: f"{row['value']:.0%}" for row in found["clean"]}
    size = {row["form"]: f"{row['bytes']:.0f}" for row in found["costs"]}
    return (
        f"cause named from text lines, structured records, records with vectors: {whole} of {found['troubles']} "
        f"troubles, {part} where one instance of twenty has it; something named on "
        f"{', '.join(clean[form] for form in told)} of clean evenings; "
        f"{', '.join(size[form] for form in told)} bytes an answer"
    )
