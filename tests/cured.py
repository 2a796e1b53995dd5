"""The training path of a copy of the code with cures applied, run in a process of its own."""

from importlib import import_module
from pathlib import Path

import pandas as pd

from lab.engine.isolation import Say, forked
from lab.sandbox.case import enter
from lab.sandbox.cured_code import cured_copy

PATIENCE = 120.0
"""CPU seconds; a training path takes ten at most."""


def offline(name: str, folder: Path, patches: list[Path], now: str = "") -> pd.DataFrame:
    """The training path of a copy with these patches, for the questions in the folder."""
    with cured_copy(patches) as copy:
        ((_, said, why),) = forked([lambda say: _train(say, copy, name, folder, now)], PATIENCE)
    assert not why, why
    assert Path(str(said[0])).is_relative_to(copy), f"ran {said[0]}, not the copy"
    return pd.read_parquet(folder / "out.parquet")


def _train(say: Say, copy: Path, name: str, folder: Path, now: str) -> None:
    """In the child, whose libraries are loaded: our packages are imported anew, from the copy."""
    enter(copy)
    from lab.study.steps.full_year import END
    from lab.systems import open_system
    from problem.facts import load_facts
    from problem.world import World

    system, facts = open_system(name, folder / "copy-home"), load_facts()
    if now:
        system.wake(World(facts, pd.Timestamp(now)))
    asked = pd.read_parquet(folder / "asked.parquet")
    system.training_features(facts.known_at(END), asked).to_parquet(folder / "out.parquet")
    say(import_module(type(system).__module__).__file__)
