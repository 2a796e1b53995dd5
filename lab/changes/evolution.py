"""The worker behind the evolution of ruler 5: mutants of the functions that a request's patch touched, and no others.

A full run of mutants takes ten minutes a system; here only new and changed code is asked whether both sides follow it.
Operators, effect and verdict are those of the full run (``lab.study.steps.mutant_outcomes``). Questions are
real-time ones, the only kind that all systems with a service answer. Of many mutants some are taken, spread evenly
(``take_sample``).
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lab.changes.patched_system import Patched, Situation, list_patched, patch_system
from lab.changes.replay import import_libraries
from lab.changes.replay_dataset import ROLLED_OUT, ReplayDataset, read_dataset
from lab.engine.isolation import run_isolated
from lab.engine.progress import reported
from lab.study.steps.mutant_outcomes import AT_ONCE, PATIENCE, Answers, Place, read_answers, run_places
from lab.study.steps.small_world import SmallWorld
from lab.study.steps.system_run import Life
from lab.systems import find_system, list_core, open_system
from measure.code.effect import effect
from measure.code.impact import added_lines, impact
from measure.code.mutants import Mutant, mutants
from measure.code.sources import list_functions, parse_file
from problem.contract import FEATURES, KEYS, TARGETS, System
from problem.world import World

MODE = "real_time"
MOST = 10
"""Mutants that are run of a system's code after a request, at most."""
Touched = tuple[str, Mutant]
"""A file, by its path in the copy, and a mutant of it."""


def list_with_service() -> list[str]:
    """The names of the core systems that answer in real time."""
    return [name for name in list_core() if MODE in find_system(name).modes]


def evolve(folder: Path, steps: Path, system: str) -> None:
    """Mutate what each patch of a system touched; writes ``mutants.json``, a row a mutant."""
    import_libraries(steps / f"base-{system}" / "modules.json")
    rows = [row for request in reported(list_patched(system)) for row in _run_mutants(request, system, steps)]
    (folder / "mutants.json").write_text(json.dumps(rows))


def _run_mutants(request: str, system: str, steps: Path) -> list[dict[str, Any]]:
    with patch_system(request, system, steps) as found:
        places, of = take_sample(find_touched(found)), len(find_touched(found))
        rows = found.case.call("lab.changes.evolution:run_touched", places=places)
    return [{"request": request, "system": system, "mutants": of} | row for row in rows]


def find_touched(found: Patched) -> list[Touched]:
    """The mutants in functions that the patch changed or added, and on lines it added outside functions."""
    changed, added = set(impact(found.before, found.after).functions), added_lines(found.before, found.after)
    return [
        (file, mutant)
        for file in sorted({file for file, _ in changed if file in found.after})
        for scopes in [_list_scopes(found.case.copy / file)]
        for mutant in mutants(found.after[file])
        if (file, scopes.get(mutant.scope)) in changed or (not mutant.scope and (file, mutant.line) in added)
    ]


def _list_scopes(file: Path) -> dict[int, str]:
    """By the line a function begins on, decorators included, its name."""
    return {
        min([node.lineno, *(d.lineno for d in node.decorator_list)]): name
        for name, node in list_functions(parse_file(file))
    }


def take_sample(places: list[Touched], most: int = MOST) -> list[Touched]:
    """At most so many of the places, spread evenly over the code."""
    if len(places) <= most:
        return places
    return [places[round(number * (len(places) - 1) / (most - 1))] for number in range(most)]


def run_touched(situation: Situation, places: list[Touched]) -> list[dict[str, Any]]:
    """A row for each mutant, with ``measure.code.cochange.COLUMNS``. Runs in the patched copy."""
    inside = [Place(str(Path(file).relative_to(situation.code)), mutant) for file, mutant in places]
    with TemporaryDirectory() as homes:
        life, unchanged, entered = _run_unchanged(situation, Path(homes))
        ended = run_places(life, inside, entered, [MODE], PATIENCE, AT_ONCE)
    return [_describe_mutant(situation.code, place, unchanged, ended.get(place)) for place in inside]


def _run_unchanged(situation: Situation, homes: Path) -> tuple[Life, Answers, set[tuple[str, int]]]:
    """The life, what the code as patched gives in it, and the functions it enters.

    A system that gives no vector before it has models (after C14 they say which features they want) has some fitted.
    """
    for fitted in (False, True):
        life = _prepare_run(situation, homes, fitted)
        ((_, said, why),) = run_isolated([life.unchanged], 2 * PATIENCE)
        answers = read_answers(said, why, [MODE])
        if not answers[MODE].serving.failure:
            break
    return life, answers, dict(said).get("entered", set())


def _prepare_run(situation: Situation, homes: Path, fitted: bool) -> Life:
    """The system alone in the ground's world, asked in real time."""
    ground, name = read_dataset(situation.ground), situation.system
    asked = ground.asked[ground.asked["mode"] == MODE].reset_index(drop=True)

    def opened(home: Path) -> System:
        if fitted:
            _fit_models(open_system(name, home), ground)
        return open_system(name, home)  # started again: what it took in before is no history of its own

    world, package = SmallWorld(ground.facts, asked), find_system(name).package
    return Life(situation.code.resolve(), package, opened, world, homes)


def _fit_models(system: System, ground: ReplayDataset) -> None:
    past = ground.past[(ground.past["mode"] == MODE) & (ground.past["asked_at"] <= ROLLED_OUT)]
    system.wake(World(ground.facts, ROLLED_OUT))
    for target in TARGETS:
        system.train(ground.facts.known_at(ROLLED_OUT), past.reset_index(drop=True), target)


def _describe_mutant(code: Path, place: Place, unchanged: Answers, ended: Answers | None) -> dict[str, Any]:
    found = effect(unchanged[MODE], (ended or unchanged)[MODE], KEYS, FEATURES)
    row = place.row((code / place.file).read_text(), MODE)
    change = {name: row[name] for name in ("file", "text", "line", "operator", "before", "after")}
    sides = {name: value for name, value in found.items() if name.startswith(("training", "serving", "features"))}
    return change | {"reached": ended is not None} | sides
