"""The worker that takes the debt of a system as it is after one request: glue, jungle, dead paths."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from lab.changes.debt_metrics import State
from lab.changes.operation import Operation
from lab.changes.patched_system import BEFORE, patched, states
from lab.changes.replay import warm_up
from lab.changes.replay_dataset import ROLLED_OUT
from lab.engine.progress import reported
from lab.systems import system_code
from problem.contract import System
from problem.world import World

OWN_WORDS = {"new_learner": "learning"}
"""What neutral ground calls by a name of its own."""
EXPERIMENTS = (BEFORE, "C4", "C5", "C6", "C12", "C13")
"""States in which lines are counted: where a model, a learner or an engine came, or a second one beside it."""
TABLES = ("flights", "departures", "landings", "cancellations", "outcomes", "weather", "planes")
EVENTS = {"Departure": "departures", "Landing": "landings", "Observation": "weather"}


def debt(folder: Path, name: str, steps: Path) -> None:
    """Take the debt of a system, before any request and after each; ``states.json`` holds a ``State`` each."""
    warm_up(steps / f"base-{name}" / "modules.json")
    found = [asdict(_state(state, name, steps)) for state in reported(states(name))]
    (folder / "states.json").write_text(json.dumps(found))


def _state(state: str, system: str, steps: Path) -> State:
    with patched(state, system, steps) as found:
        package, counted = found.case.package, state in EXPERIMENTS
        told = found.case.in_copy(lambda say: say(import_module("lab.changes.debt").taken(package, counted)))
    if not isinstance(told[0], dict):
        raise RuntimeError(f"{state} {system}: {told[0]}")
    return State(request=state, system=system, **told[0])


def taken(package: str, experiment: bool) -> dict[str, Any]:
    """In the copy: all fields of a ``State`` but its name; lines are counted after an experiment only."""
    return {**_text(package), **_watched(package), **(_lines(package) if experiment else {})}


def _text(package: str) -> dict[str, Any]:
    from measure.code.flags import flag_arguments
    from measure.code.roles import roles, vocabulary

    flags = flag_arguments(system_code(Path(package)))
    found = roles(system_code(Path(package)), vocabulary().knowing(**OWN_WORDS))
    return {"roles": found.nodes, "flags": len(flags), "branching": sum(bool(flag.branches) for flag in flags)}


def _operation() -> Operation:
    from lab.changes.replay_dataset import stand_on

    home = Path(os.environ["INSTALLATION"])
    return Operation(os.environ["CHANGED"], home, stand_on(Path(os.environ["GROUND"])))


def _watched(package: str) -> dict[str, Any]:
    """From empty to the first answers, with an eye on who reads raw data and through whom a feature passes."""
    from measure.code.readers import artefacts
    from measure.code.value_paths import Passages
    from problem.contract import STORED, TARGETS

    operation, code = _operation().anew(), Path(package).resolve()
    sites, passages = _sites(code), Passages(code, frozenset(STORED))
    system, facts = operation.opened(), operation.ground.facts
    passages.watching(lambda: system.wake(World(facts, ROLLED_OUT)))
    for mode in operation.modes:
        past = operation.past(mode)
        for target in TARGETS:
            system.train(facts.known_at(ROLLED_OUT), past[past["asked_at"] <= ROLLED_OUT], target)
    for mode in operation.modes:
        asked, fresh = _first(operation.asked(mode)), operation.opened()
        passages.watching(partial(_vectors, fresh, World(facts, asked["asked_at"].iloc[0]), asked))
    bounds = {feature: passages.bounds(feature) for feature in STORED}
    return {"raw": sorted(sites.seen), "artefacts": artefacts(operation.home), "ancestors": bounds}


def _first(asked: pd.DataFrame) -> pd.DataFrame:
    """The questions of the first instant."""
    return asked[asked["asked_at"] == asked["asked_at"].min()].reset_index(drop=True)


def _vectors(system: System, world: World, asked: pd.DataFrame) -> None:
    """The same questions on both ways: what serving sees of them, and what training does."""
    from problem.contract import requests

    system.wake(world)
    system.look_up(world, requests(asked))
    system.training_features(world.warehouse, asked)


def _sites(code: Path) -> Any:
    """Watch the tables of the warehouse and the fields of its events."""
    import problem.world
    from measure.code.readers import Sites
    from problem.facts import Facts

    sites = Sites(code)
    sites.watch(Facts, {table: table for table in TABLES})
    for event, table in EVENTS.items():
        kind = getattr(problem.world, event)
        sites.watch(kind, dict.fromkeys(kind._fields, table))
    return sites


def _lines(package: str) -> dict[str, Any]:
    """Live through the ground, counting lines; whoever has a service is asked over HTTP too."""
    from measure.code.lines import executable_lines, lines_run

    operation = _operation()
    ran = set().union(*(lines_run(call, system_code(Path(package))) for call in _jobs(operation)))
    dead = executable_lines(system_code(Path(package))) - ran
    return {
        "lines": len(executable_lines(system_code(Path(package)))),
        "dead": sorted((str(file), line) for file, line in dead),
    }


def _jobs(operation: Operation) -> list[Callable[[], object]]:
    """Nothing here trains a challenger: an experiment that the code still knows is over."""
    from problem.contract import requests

    live = operation.asked("real_time")
    ask = [lambda: operation.over_http(requests(live)[-1])] if "real_time" in operation.modes else []
    trained = [partial(lambda mode: operation.training(operation.asked(mode)), mode) for mode in operation.modes]
    return [operation.rolled_out, lambda: operation.log, *trained, *ask]
