"""The training path of a copy of the code with cures applied, run in a process of its own."""

from importlib import import_module
from pathlib import Path

import pandas as pd

from lab.sandbox.patched_copy import patched_copy
from lab.sandbox.sandbox import Sandbox

PATIENCE = 120.0
"""CPU seconds; a training path takes ten at most."""


def offline(name: str, folder: Path, patches: list[Path], now: str = "") -> pd.DataFrame:
    """The training path of a copy with these patches, for the questions in the folder."""
    with patched_copy(patches) as copy:
        file = Sandbox(copy).run(lambda: _train(name, folder, now), PATIENCE)
    assert Path(file).is_relative_to(copy), f"ran {file}, not the copy"
    return pd.read_parquet(folder / "out.parquet")


def _train(name: str, folder: Path, now: str) -> str:
    """In the child, whose libraries are loaded: our packages are imported anew, from the copy."""
    from lab.study.steps.full_year import END
    from lab.systems import open_system
    from problem.facts import load_facts
    from problem.world import World

    system, facts = open_system(name, folder / "copy-home"), load_facts()
    if now:
        system.wake(World(facts, pd.Timestamp(now)))
    asked = pd.read_parquet(folder / "asked.parquet")
    system.training_features(facts.known_at(END), asked).to_parquet(folder / "out.parquet")
    return str(import_module(type(system).__module__).__file__)
