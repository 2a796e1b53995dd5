"""A new service on Monday: ten services, copied or from a template, and what becomes of the fixes of their shell."""

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

from lab.patterns.copied_fixes import CONTEXTS, DRIFTS, FULL, MERGED, Carried, carry, merge, read_fixes, write_copy
from lab.patterns.library_changes import CHANGES, change_library
from lab.patterns.monday_lines import FIRST, count_lines
from lab.patterns.monday_models import FLIGHT, WANTED, Wanted, add_up, make_probable, put_models
from lab.patterns.service_site import Faults, Standing, count_faults, try_services
from parts.patched_folder.patched_folder import split_hunks
from problem.monday import Team

DATA = (
    "parts/model_service/described_service.py",
    "parts/model_service/question.py",
    "parts/model_service/refusals.py",
    "parts/model_service/service_at_work.py",
    "parts/model_service/shell.py",
    "lab/patterns/shell_fixes/1_promises.patch",
    "lab/patterns/shell_fixes/2_metrics_apart.patch",
    "antipatterns/serving/copied_services/first_service.patch",
    "antipatterns/serving/copied_services/edits/cancelled.patch",
    "antipatterns/serving/copied_services/edits/challenger.patch",
    "antipatterns/serving/copied_services/edits/delay.patch",
    "antipatterns/serving/copied_services/edits/delay_band.patch",
    "antipatterns/serving/copied_services/edits/late_many.patch",
    "antipatterns/serving/copied_services/edits/next_leg.patch",
    "antipatterns/serving/copied_services/edits/remarks.patch",
    "antipatterns/serving/copied_services/edits/seats.patch",
    "antipatterns/serving/copied_services/edits/slow.patch",
    "reference/serving/serving_template/edits/cancelled.patch",
    "reference/serving/serving_template/edits/challenger.patch",
    "reference/serving/serving_template/edits/delay.patch",
    "reference/serving/serving_template/edits/delay_band.patch",
    "reference/serving/serving_template/edits/late_many.patch",
    "reference/serving/serving_template/edits/next_leg.patch",
    "reference/serving/serving_template/edits/remarks.patch",
    "reference/serving/serving_template/edits/seats.patch",
    "reference/serving/serving_template/edits/slow.patch",
)
WAYS = (*CONTEXTS, MERGED)
ALIKE, ONE_OF_THEM = "names only", "delay"
"""Copies of this drift differ in two texts, so the suite tries one of them."""
Carrying = dict[str, dict[str, dict[str, Carried]]]
Found = dict[str, dict[str, dict[str, Faults]]]


def measure(folder: Path, sides: Mapping[str, ModuleType]) -> dict[str, Any]:
    """Hunks that apply, faults before and after, lines typed, and what a change of the library breaks."""
    copies, template = (find_team(sides[name]) for name in ("copied_services", "serving_template"))
    put_models(folder / "models")
    carried, faults = carry_fixes(copies, folder, WANTED)
    standing = {name: Standing(template.write_service(name, folder / "template"), WANTED[name]) for name in WANTED}
    found = {
        "hunks": [hunk.split("\n")[0].split(" b/")[1] for fix in read_fixes() for hunk in split_hunks(fix)],
        "carried": {
            d: {c: {n: e._asdict() for n, e in of.items()} for c, of in by.items()} for d, by in carried.items()
        },
        "faults": faults | {"template": {"after": try_services(standing, folder)}},
        "changes": {name: break_library(name, standing, folder) for name in CHANGES},
        **count_lines(copies, template, carried),
    }
    return {"headline": tell(found), **found}


def find_team(side: ModuleType) -> Any:
    """A side's ``Team``."""
    return import_module(f"{side.__name__}.services")


def carry_fixes(
    copies: Team, folder: Path, names: Iterable[str], drifts: Iterable[str] = DRIFTS, ways: Sequence[str] = WAYS
) -> tuple[Carrying, Found]:
    """By drift and way: what of the fixes came to each copy, and what the suite finds, also ``before``."""
    old, new = (copies.write_service(FIRST, folder / "first" / when) for when in ("before", "after"))
    carry(read_fixes(), new, CONTEXTS[FULL])
    carried: Carrying = {drift: {way: {} for way in ways} for drift in drifts}
    standing = {}
    for drift, when, name in product(drifts, ("before", *ways), names):
        copy = standing[drift, when, name] = stand(copies, name, drift, folder / when)
        if when == MERGED:
            carried[drift][when][name] = merge(old, new, copy.folder)
        elif when in CONTEXTS:
            carried[drift][when][name] = carry(read_fixes(), copy.folder, CONTEXTS[when])
    found: Found = {drift: {when: {} for when in ("before", *ways)} for drift in drifts}
    tried = {place: copy for place, copy in standing.items() if place[0] != ALIKE or place[2] == ONE_OF_THEM}
    for (drift, when, name), faults in try_services(tried, folder).items():
        found[drift][when][name] = faults
    return carried, found


def stand(copies: Team, name: str, drift: str, site: Path) -> Standing:
    """A copy, and what it has to do: with another name only, what the first service does."""
    wanted = WANTED[name]
    if drift == ALIKE:
        wanted = Wanted(FLIGHT, lambda models: make_probable(add_up(models, name)))
    return Standing(write_copy(copies, name, drift, site), wanted)


def break_library(change: str, standing: Mapping[str, Standing], folder: Path) -> dict[str, Faults]:
    """What the suite finds of services that do not know that their library has changed."""
    library = change_library(CHANGES[change], folder / "libraries" / change)
    return try_services({name: each._replace(libraries=(library,)) for name, each in standing.items()}, folder)


def share_applied(carried: Mapping[str, Mapping[str, Any]]) -> float:
    """Of all hunks and copies, the share that applied; the first service is no copy."""
    done = [applied for name, each in carried.items() if name != FIRST for applied in each["applied"]]
    return sum(done) / len(done)


def tell(found: Mapping[str, Any]) -> str:
    """The result in one line."""
    copies = [each for name, each in found["faults"]["as needed"][FULL].items() if name != FIRST]
    starting = sum("health" in each for each in copies)
    template = sum(map(count_faults, found["faults"]["template"]["after"].values()))
    broken = {name: sum(count_faults(each) > 0 for each in of.values()) for name, of in found["changes"].items()}
    ahead = found["lines"]["as needed"]["words"].get("worse", [])
    by = found["carried"]["as needed"][FULL]
    whole = sum(each["whole"] for name, each in by.items() if name != FIRST)
    share = share_applied(by)
    return (
        f"of the shell's fixes {share:.0%} of hunks apply to nine copies, of which with these alone {starting} start; "
        f"{whole} take them whole; {template} faults with the template, of whose ten services three changes of the "
        f"library break {', '.join(map(str, broken.values()))}; "
        f"its team types less {f'from service {min(ahead)} on' if ahead else 'at no number of services'}"
    )
