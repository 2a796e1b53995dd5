"""The worker behind the evolution of ruler 5: mutants of the functions that a request's patch touched, and no others.

A full run of mutants takes ten minutes a system; here only new and changed code is asked whether both sides follow it.
Operators, effect and verdict are those of the full run (``lab.study.steps.mutant_outcomes``). Questions are
real-time ones, the only kind that all systems with a service answer. Of many mutants some are taken, spread evenly
(``lab.changes.touched``).
"""

import json
import os
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lab.changes.patched_system import applied, patched
from lab.changes.replay import warm_up
from lab.changes.replay_dataset import Ground
from lab.changes.touched import Place, sampled, touched
from lab.engine.isolation import forked
from lab.engine.progress import reported
from lab.study.steps.system_run import Life
from lab.systems import core, find_system, open_system
from measure.code.effect import Outcome, Sides, effect
from problem.contract import System
from problem.world import World

MODE = "real_time"
PATIENCE = 60.0
"""CPU seconds after which a mutant counts as hanging."""


def with_a_service() -> list[str]:
    """The names of the core systems that answer in real time."""
    return [name for name in core() if MODE in find_system(name).modes]


def evolve(folder: Path, name: str, steps: Path) -> None:
    """Mutate what each patch of a system touched; writes ``mutants.json``, a row a mutant."""
    warm_up(steps / f"base-{name}" / "modules.json")
    rows = [row for request in reported(applied(name)) for row in _mutated(request, name, steps)]
    (folder / "mutants.json").write_text(json.dumps(rows))


def _mutated(request: str, system: str, steps: Path) -> list[dict[str, Any]]:
    with patched(request, system, steps) as found:
        places, of = sampled(touched(found)), len(touched(found))
        told = found.case.in_copy(
            lambda say: say(import_module("lab.changes.evolution").outcomes(found.case.package, places))
        )
    if not isinstance(told[0], list):
        raise RuntimeError(f"{request} {system}: {told[0]}")
    return [{"request": request, "system": system, "mutants": of} | row for row in told[0]]


def outcomes(package: str, places: list[Place]) -> list[dict[str, Any]]:
    """In the copy: a row a mutant, with ``measure.code.cochange.COLUMNS``."""
    code = Path(package).resolve()
    inside = [(str(Path(file).relative_to(package)), mutant) for file, mutant in places]
    with TemporaryDirectory() as homes:
        life, unchanged, entered = _unchanged(code, package, Path(homes))
        run = [place for place in inside if place[1].scope == 0 or (place[0], place[1].scope) in entered]
        tasks = [life.with_change(file, mutant.applied((code / file).read_text())) for file, mutant in run]
        ended = {run[number]: _sides(said, why) for number, said, why in forked(tasks, PATIENCE)}
    return [_row(code, place, unchanged, ended.get(place)) for place in inside]


def _unchanged(code: Path, package: str, homes: Path) -> tuple[Life, Sides, set[tuple[str, int]]]:
    """The life, what the code as patched gives in it, and the functions it enters.

    A system that gives no vector before it has models (after C14 they say which features they want) has some fitted.
    """
    for fitted in (False, True):
        life = _life(code, package, homes, fitted)
        ((_, said, why),) = forked([life.unchanged], 2 * PATIENCE)
        sides = _sides(said, why)
        if not sides.serving.failure:
            break
    return life, sides, dict(said).get("entered", set())


def _life(code: Path, package: str, homes: Path, fitted: bool) -> Life:
    """The system alone in the ground's world, asked in real time."""
    from lab.changes.replay_dataset import stand_on
    from lab.study.steps.small_world import SmallWorld

    ground, name = stand_on(Path(os.environ["GROUND"])), os.environ["CHANGED"]
    asked = ground.asked[ground.asked["mode"] == MODE].reset_index(drop=True)

    def opened(home: Path) -> System:
        if fitted:
            _fit(open_system(name, home), ground)
        return open_system(name, home)  # started again: what it took in before is no history of its own

    return Life(code, package.replace("/", "."), opened, SmallWorld(ground.facts, asked), homes)


def _fit(system: System, ground: Ground) -> None:
    from lab.changes.replay_dataset import ROLLED_OUT
    from problem.contract import TARGETS

    past = ground.past[(ground.past["mode"] == MODE) & (ground.past["asked_at"] <= ROLLED_OUT)]
    system.wake(World(ground.facts, ROLLED_OUT))
    for target in TARGETS:
        system.train(ground.facts.known_at(ROLLED_OUT), past.reset_index(drop=True), target)


def _sides(said: list[Any], why: str) -> Sides:
    silent = {MODE: Outcome(None, why or "no answer")}
    return Sides(*(dict(said).get(side, silent)[MODE] for side in ("training", "serving")))


def _row(code: Path, place: Place, unchanged: Sides, ended: Sides | None) -> dict[str, Any]:
    from problem.contract import FEATURES, KEYS

    file, mutant = place
    found = effect(unchanged, ended or unchanged, KEYS, FEATURES)
    change = {name: getattr(mutant, name) for name in ("line", "operator", "before", "after")}
    text = (code / file).read_text().splitlines()[mutant.line - 1].strip()
    sides = {name: value for name, value in found.items() if name.startswith(("training", "serving", "features"))}
    return {"file": file, "text": text, "reached": ended is not None} | change | sides
