"""Takes the debt of a system as it is before any request and after each: glue, jungle, dead paths."""

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

import problem.world
from lab.changes.debt_metrics import State
from lab.changes.operation import Operation
from lab.changes.patched_system import BEFORE, Situation, list_states, patch_system
from lab.changes.replay import import_libraries
from lab.changes.replay_dataset import ROLLED_OUT
from lab.engine.progress import reported
from lab.systems import list_code
from measure.code.flags import flag_arguments
from measure.code.lines import executable_lines, lines_run
from measure.code.readers import Sites, list_artefacts
from measure.code.roles import roles
from measure.code.tagging import read_vocabulary
from measure.code.value_paths import Passages
from problem.contract import STORED, TARGETS, System, requests
from problem.facts import Facts
from problem.world import World

EXPERIMENTS = (BEFORE, "C4", "C5", "C6", "C12", "C13")
"""States in which lines are counted: where a model, a learner or an engine came, or a second one beside it."""
OWN_WORDS = {"new_learner": "learning"}
"""What neutral ground calls by a name of its own."""
TABLES = ("flights", "departures", "landings", "cancellations", "outcomes", "weather", "planes")
EVENTS = {"Departure": "departures", "Landing": "landings", "Observation": "weather"}


def debt(folder: Path, steps: Path, system: str) -> None:
    """Take the debt of a system, before any request and after each; ``states.json`` holds a ``State`` each."""
    import_libraries(steps / f"base-{system}" / "modules.json")
    found = [asdict(_count_state(state, system, steps)) for state in reported(list_states(system))]
    (folder / "states.json").write_text(json.dumps(found))


def _count_state(state: str, system: str, steps: Path) -> State:
    with patch_system(state, system, steps) as found:
        counts = found.case.call("lab.changes.debt:count_debt", experiment=state in EXPERIMENTS)
    return State(request=state, system=system, **counts)


def count_debt(situation: Situation, experiment: bool) -> dict[str, Any]:
    """All fields of a ``State`` but its name; lines are counted after an experiment only. Runs in the patched copy."""
    counted = _count_text(situation) | _watch_first_answers(situation)
    return counted | _count_lines(situation) if experiment else counted


def _count_text(situation: Situation) -> dict[str, Any]:
    code = list_code(situation.code)
    flags, found = flag_arguments(code), roles(code, read_vocabulary().knowing(**OWN_WORDS))
    return {"roles": found.nodes, "flags": len(flags), "branching": sum(bool(flag.branches) for flag in flags)}


def _watch_first_answers(situation: Situation) -> dict[str, Any]:
    """From empty to the first answers, with an eye on who reads raw data and through whom a feature passes."""
    operation, code = situation.operate().anew(), situation.code.resolve()
    sites, passages = _watch_raw_reads(code), Passages(code, frozenset(STORED))
    system, facts = operation.opened(), operation.ground.facts
    passages.watching(lambda: system.wake(World(facts, ROLLED_OUT)))
    for mode in operation.modes:
        past = operation.past(mode)
        for target in TARGETS:
            system.train(facts.known_at(ROLLED_OUT), past[past["asked_at"] <= ROLLED_OUT], target)
    for mode in operation.modes:
        asked, fresh = operation.asked(mode), operation.opened()
        asked = asked[asked["asked_at"] == asked["asked_at"].min()].reset_index(drop=True)
        passages.watching(partial(_ask_both_ways, fresh, World(facts, asked["asked_at"].iloc[0]), asked))
    bounds = {feature: passages.bounds(feature) for feature in STORED}
    return {"raw": sorted(sites.seen), "artefacts": list_artefacts(operation.home), "ancestors": bounds}


def _ask_both_ways(system: System, world: World, asked: pd.DataFrame) -> None:
    """The same questions on both ways: what serving sees of them, and what training does."""
    system.wake(world)
    system.look_up(world, requests(asked))
    system.training_features(world.warehouse, asked)


def _watch_raw_reads(code: Path) -> Any:
    """Watch the tables of the warehouse and the fields of its events."""
    sites = Sites(code)
    sites.watch(Facts, {table: table for table in TABLES})
    for event, table in EVENTS.items():
        kind = getattr(problem.world, event)
        sites.watch(kind, dict.fromkeys(kind._fields, table))
    return sites


def _count_lines(situation: Situation) -> dict[str, Any]:
    """Live through the ground, counting lines; whoever has a service is asked over HTTP too."""
    code = list_code(situation.code)
    ran = set().union(*(lines_run(call, code) for call in _list_jobs(situation.operate())))
    executable = executable_lines(code)
    return {"lines": len(executable), "dead": sorted((str(file), line) for file, line in executable - ran)}


def _list_jobs(operation: Operation) -> list[Callable[[], object]]:
    """Nothing here trains a challenger: an experiment that the code still knows is over."""
    live = operation.asked("real_time")
    ask = [lambda: operation.over_http(requests(live)[-1])] if "real_time" in operation.modes else []
    trained = [partial(lambda mode: operation.training(operation.asked(mode)), mode) for mode in operation.modes]
    return [operation.rolled_out, lambda: operation.log, *trained, *ask]
