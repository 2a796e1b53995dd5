"""Worker that measures one system on its libraries and on plain files, by turns: what is the price of the libraries?"""

import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import skops.io

from lab.engine.progress import reported
from lab.study.arm_steps import BESIDE
from lab.study.steps.model_costs import SINCE, fill_store, run_stages, select_recent
from lab.study.steps.plain_arms import LIBRARIES, LIVE, OPENED, code_of_arms, start
from lab.systems import open_system
from measure.cost.reuse import compare_pairs
from problem.contract import TARGETS, Mode
from problem.facts import load_facts
from problem.questions import CUT_OFF, questions, scheduled_between

ROUNDS = 3
KIND: Mode = "batch"
"""The questions whose models are priced: the control answers no others."""
SKOPS = "skops alone"
PROBE, REGISTERED = "probe", 5
"""A model of this name is registered so many times, to see what registering takes."""


def compare_arms(folder: Path, steps: Path, name: str, rounds: int = ROUNDS) -> None:
    """Measure both arms by turns; ``arm`` is one of ``OPENED``.

    ``cost.parquet``: arm (of the control its name), mode, round, number, and a stage as ``model_costs`` has it.
    ``kept.parquet``: arm, file (below the installation), bytes, after training the models that answer in real time.
    ``registering.parquet``: CPU seconds by round, to put a fitted model into each arm's registry, and to write it with
    skops alone. ``answers.parquet`` and ``imports.parquet``: arm, round, and what ``plain_arms.start`` says.
    """
    measure_costs(name, folder, rounds).to_parquet(folder / "cost.parquet", index=False)
    homes = {arm: folder / arm for arm in OPENED}
    registries = {arm: install(name, arm, home) for arm, home in homes.items()}
    list_kept(homes).to_parquet(folder / "kept.parquet", index=False)
    measure_registering(registries).to_parquet(folder / "registering.parquet", index=False)
    for table, rows in measure_starts(name, homes, rounds).items():
        pd.DataFrame(rows).to_parquet(folder / f"{table}.parquet", index=False)
    for home in homes.values():
        shutil.rmtree(home)


def measure_costs(name: str, folder: Path, rounds: int) -> pd.DataFrame:
    """What each further model costs, in both arms and in the control; every other round backwards."""
    arms = [*((arm, name, opened) for arm, opened in OPENED.items()), (BESIDE, BESIDE, open_system)]
    turns = [(number, *arm) for number in range(rounds) for arm in arms[:: -1 if number % 2 else 1]]
    rows = [
        {"arm": arm, "mode": KIND, "round": number, "number": place} | stage
        for number, arm, of, opened in reported(turns)
        for place, stage in enumerate(run_stages(of, KIND, folder / f"{arm}-{number}", opened))
    ]
    return pd.DataFrame(rows)


def install(name: str, arm: str, home: Path) -> Any:
    """Fill the arm's store, and train what answers in real time, on the months of ``model_costs``; its registry."""
    system, known = OPENED[arm](name, home), load_facts().known_at(CUT_OFF)
    facts = select_recent(known)
    asked = scheduled_between(questions(known, LIVE), SINCE, CUT_OFF)
    fill_store(name, system, facts)
    for target in TARGETS:
        system.train(facts, asked, target)
    return system.registry  # type: ignore[attr-defined]  # this system has one


def list_kept(homes: dict[str, Path]) -> pd.DataFrame:
    """Every file of an installation with its bytes."""
    kept = [
        {"arm": arm, "file": str(file.relative_to(home)), "bytes": file.stat().st_size}
        for arm, home in homes.items()
        for file in sorted(home.rglob("*"))
        if file.is_file()
    ]
    return pd.DataFrame(kept)


def measure_registering(registries: dict[str, Any]) -> pd.DataFrame:
    """CPU seconds to keep one fitted model, by turns, after one turn that is not counted: libraries load late."""
    model, _ = registries[LIBRARIES].champion(f"{TARGETS[0]}_{LIVE}")
    calls = {arm: partial(registry.register, PROBE, model) for arm, registry in registries.items()}
    calls[SKOPS] = partial(skops.io.dumps, model)
    compare_pairs(calls, 1)
    return compare_pairs(calls, REGISTERED).seconds


def measure_starts(name: str, homes: dict[str, Path], rounds: int) -> dict[str, list[dict[str, Any]]]:
    """Both arms as whole programs, from cold starts."""
    found: dict[str, list[dict[str, Any]]] = {"answers": [], "imports": []}
    with code_of_arms(name) as codes:
        turns = [(number, arm) for number in range(rounds) for arm in list(codes)[:: -1 if number % 2 else 1]]
        for number, arm in reported(turns):
            for table, figures in zip(found, start(codes[arm], name, homes[arm]), strict=True):
                found[table].append({"arm": arm, "round": number} | figures)
    return found
