"""Six sources change, one at a time: what a nightly job loses, what is wrong, and how many places mend it."""

import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from lab.patterns.nightly_deaths import Forms, read_outputs
from lab.patterns.nightly_runs import MakesJobs, run_child
from lab.patterns.source_server import Systems, serve
from lab.patterns.source_systems import CREDENTIALS, KINDS, LATE, NEW, REFUSED, RENAMED, RENAMES, Change
from problem.nightly import COLUMNS, Site, next_day

RIGHT, LOST, TOLD, SILENT = FATES = ("right", "lost", "wrong, and told", "wrong without a word")
SHORTLY = 0.15
"""Seconds after which a delivery that is a little late is there; an access layer that waits has it then."""
A_LITTLE_LATE = "a little late"


class Night(NamedTuple):
    """What came of a night: ``said`` by the job, and by output what became of it and how ``far`` off risks are."""

    said: list[str]
    fates: dict[str, str]
    far: float


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


def live_through(make: MakesJobs, home: Path, systems: Systems, change: Change, truth: Mapping[str, Any]) -> Night:
    """A night with a change, in a copy of that home; what came of it, held against the ``truth``."""
    copy = home.with_name(f"{home.name}_tonight")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home, copy)
    with serve(systems, change) as site:
        said = run_night_and_say(make, copy, site)
    found = read_outputs(copy, systems.today)
    fates = {name: judge(found[name], values, bool(said)) for name, values in truth.items()}
    return Night(said, fates, measure_distance(found["risks"], truth["risks"]))


def judge(found: Mapping[str, Any] | None, truth: Mapping[str, Any], told: bool) -> str:
    """What became of an output; one that differs only in the last digits is right."""
    if found is None:
        return LOST
    if found == truth:
        return RIGHT
    return TOLD if told else SILENT


def measure_distance(found: Mapping[str, Any] | None, truth: Mapping[str, Any]) -> float:
    """The mean difference of risks, over flights that both have; NaN if there are none."""
    both = [name for name in truth if found and found.get(name) is not None]
    return float(np.mean([abs(found[name] - truth[name]) for name in both])) if found and both else float("nan")


def count_fates(nights: Iterable[tuple[Change, Night]]) -> dict[str, dict[str, int]]:
    """By kind of change, how many outputs met each fate, over all sources."""
    counts: dict[str, Counter[str]] = {}
    for change, night in nights:
        counts.setdefault(name_kind(change), Counter()).update(night.fates.values())
    return {kind: {fate: count[fate] for fate in FATES} for kind, count in counts.items()}


def mend(package: ModuleType, home: Path, systems: Systems, change: Change) -> dict[str, Any]:
    """Write the new name or credential wherever a form's folder has the old one, and run that.

    ``places``: how many those are; ``outputs`` of the mended form.
    """
    old, new = RENAMES[change.source] if change.kind == RENAMED else _renew(CREDENTIALS[change.source])
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    with serve(systems, change) as site:
        run_child(lambda: _mend_and_run(package, home, site, old, new))
    places = int((home / "places").read_text())
    return {"places": places, "outputs": read_outputs(home, systems.today)}


def list_mendable() -> list[Change]:
    """The changes that a place in a form's folder knows of."""
    return [change for change in list_changes() if change.kind in (RENAMED, REFUSED)]


def _renew(credential: str) -> tuple[str, str]:
    return credential, credential + NEW


def _mend_and_run(package: ModuleType, home: Path, site: Site, old: str, new: str) -> None:
    """In a child: load the form from a mended copy of its folder."""
    folder = Path(str(package.__file__)).parent
    copy, places = home / "code" / folder.name, 0
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (*copy.glob("*.py"), *copy.glob("*.toml")):
        places += file.read_text().count(old)
        file.write_text(file.read_text().replace(old, new))
    (home / "places").write_text(str(places))
    theme, name = package.__name__.rpartition(".")[::2]
    for loaded in [module for module in sys.modules if module.startswith(package.__name__)]:
        del sys.modules[loaded]
    delattr(import_module(theme), name)
    import_module(theme).__path__.insert(0, str(copy.parent))
    if said := import_module(f"{package.__name__}.job").Job(home, site).run():
        raise RuntimeError("; ".join(said))
