"""Runs mutants of the code that a request touched, and notes which side each moves. It runs inside the patched copy."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lab.changes.replay_dataset import ROLLED_OUT, ReplayDataset, read_dataset
from lab.changes.situation import Situation
from lab.changes.touched import Place
from lab.engine.isolation import run_isolated
from lab.study.steps.small_world import SmallWorld
from lab.study.steps.system_run import Life
from lab.systems import open_system
from measure.code.effect import Outcome, Sides, effect
from problem.contract import FEATURES, KEYS, TARGETS, System
from problem.world import World

MODE = "real_time"
PATIENCE = 60.0
"""CPU seconds after which a mutant counts as hanging."""


def run_touched(situation: Situation, package: str, places: list[Place]) -> list[dict[str, Any]]:
    """A row for each mutant, with ``measure.code.cochange.COLUMNS``."""
    code = Path(package).resolve()
    inside = [(str(Path(file).relative_to(package)), mutant) for file, mutant in places]
    with TemporaryDirectory() as homes:
        life, unchanged, entered = _run_unchanged(situation, code, package, Path(homes))
        run = [place for place in inside if place[1].scope == 0 or (place[0], place[1].scope) in entered]
        tasks = [life.with_change(file, mutant.applied((code / file).read_text())) for file, mutant in run]
        ended = {run[number]: _read_sides(said, why) for number, said, why in run_isolated(tasks, PATIENCE)}
    return [_describe_mutant(code, place, unchanged, ended.get(place)) for place in inside]


def _run_unchanged(
    situation: Situation, code: Path, package: str, homes: Path
) -> tuple[Life, Sides, set[tuple[str, int]]]:
    """The life, what the code as patched gives in it, and the functions it enters.

    A system that gives no vector before it has models (after C14 they say which features they want) has some fitted.
    """
    for fitted in (False, True):
        life = _prepare_run(situation, code, package, homes, fitted)
        ((_, said, why),) = run_isolated([life.unchanged], 2 * PATIENCE)
        sides = _read_sides(said, why)
        if not sides.serving.failure:
            break
    return life, sides, dict(said).get("entered", set())


def _prepare_run(situation: Situation, code: Path, package: str, homes: Path, fitted: bool) -> Life:
    """The system alone in the ground's world, asked in real time."""

    ground, name = read_dataset(situation.ground), situation.system
    asked = ground.asked[ground.asked["mode"] == MODE].reset_index(drop=True)

    def opened(home: Path) -> System:
        if fitted:
            _fit_models(open_system(name, home), ground)
        return open_system(name, home)  # started again: what it took in before is no history of its own

    return Life(code, package.replace("/", "."), opened, SmallWorld(ground.facts, asked), homes)


def _fit_models(system: System, ground: ReplayDataset) -> None:

    past = ground.past[(ground.past["mode"] == MODE) & (ground.past["asked_at"] <= ROLLED_OUT)]
    system.wake(World(ground.facts, ROLLED_OUT))
    for target in TARGETS:
        system.train(ground.facts.known_at(ROLLED_OUT), past.reset_index(drop=True), target)


def _read_sides(said: list[Any], why: str) -> Sides:
    silent = {MODE: Outcome(None, why or "no answer")}
    return Sides(*(dict(said).get(side, silent)[MODE] for side in ("training", "serving")))


def _describe_mutant(code: Path, place: Place, unchanged: Sides, ended: Sides | None) -> dict[str, Any]:

    file, mutant = place
    found = effect(unchanged, ended or unchanged, KEYS, FEATURES)
    change = {name: getattr(mutant, name) for name in ("line", "operator", "before", "after")}
    text = (code / file).read_text().splitlines()[mutant.line - 1].strip()
    sides = {name: value for name, value in found.items() if name.startswith(("training", "serving", "features"))}
    return {"file": file, "text": text, "reached": ended is not None} | change | sides
