"""The experiments that there are, found by looking into their folder, and what each runs on."""

import ast
from collections.abc import Iterable
from typing import Any

from lab.cards import Card, read_cards
from lab.engine.recorded import Recorded
from lab.engine.step import Step
from lab.engine.workspace import REPOSITORY, StudyError
from lab.systems import find_system, list_core

PACKAGE = "lab.patterns.experiments"
FOLDER = REPOSITORY / "lab" / "patterns" / "experiments"
RECORDS = REPOSITORY / "lab" / "patterns" / "records"
RESULT = "result"
"""The name of a record's only entry."""


def list_experiments() -> list[str]:
    """The names of all experiments, sorted."""
    return sorted(file.stem for file in FOLDER.glob("*.py") if not file.stem.startswith("_"))


def find_sides(name: str) -> list[Card]:
    """The cards that name an experiment; raises ``StudyError`` if none does."""
    cards = [card for card in read_cards().values() if card.experiment == name]
    if not cards:
        raise StudyError(f'no card says experiment = "{name}": name it on the cards of both sides')
    return cards


def plan_experiments(names: Iterable[str] = ()) -> list[Step]:
    """A step for each experiment named, or for all; raises ``StudyError`` for a name that no experiment has."""
    known = list_experiments()
    if unknown := [name for name in names if name not in known]:
        raise StudyError(f"no experiment {unknown[0]!r}; there are: {', '.join(known) or 'none'}")
    return [_plan(name) for name in names or known]


def record_of(name: str) -> Recorded:
    """Where an experiment's committed result lies; the file need not exist."""
    return Recorded(RECORDS / f"{name}.json")


def read_headline(name: str) -> str:
    """The recorded result of an experiment in one line; "" if none is recorded."""
    record = record_of(name)
    return str(record.value(RESULT)["headline"]) if record.path.exists() else ""


def _plan(name: str) -> Step:
    title, settings = _read_head(name)
    packages = {card.id: card.package for card in find_sides(name)}
    systems = [find_system(system) for system in list_core()] if settings.get("SYSTEMS") else []
    return Step(
        name=name,
        call="lab.patterns.experiment_step:run_experiment",
        title=title,
        arguments={"module": f"{PACKAGE}.{name}", "packages": packages},
        alone=settings.get("ALONE", False),
        data=(*settings.get("DATA", ()), *(file for system in systems for file in system.data)),
        loads=(f"{PACKAGE}.{name}", *packages.values(), *(module for system in systems for module in system.modules)),
    )


def _read_head(name: str) -> tuple[str, dict[str, Any]]:
    """The first line of a module's docstring, and its ALONE, DATA and SYSTEMS (whether it runs those of the study).

    Read from the text, as importing takes time.
    """
    tree = ast.parse((FOLDER / f"{name}.py").read_text())
    settings = {ast.unparse(node.targets[0]): node.value for node in tree.body if isinstance(node, ast.Assign)}
    wanted = {key: ast.literal_eval(value) for key, value in settings.items() if key in ("ALONE", "DATA", "SYSTEMS")}
    return (ast.get_docstring(tree) or name).splitlines()[0], wanted
