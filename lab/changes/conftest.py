"""Fixtures of the acceptance tests. They run inside a patched copy; the environment tells which system is meant."""

import json
import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lab.changes.operation import Operation
from lab.changes.replay_dataset import stand_on


@pytest.fixture(scope="session")
def operation() -> Operation:
    """The system's installation, with the patched code in the place of the old."""
    return Operation(os.environ["CHANGED"], Path(os.environ["INSTALLATION"]), stand_on(Path(os.environ["GROUND"])))


@pytest.fixture(scope="session")
def before() -> dict[str, Any]:
    """What was there before the request.

    ``modes``; ``training``: its features for the questions, by mode; ``then``: its answers to them, by the models
    of that time; ``versioned``: modules with a version, their text.
    """
    folder = Path(os.environ["BEFORE"])
    modes = json.loads((folder / "modes.json").read_text())
    training = {mode: pd.read_parquet(folder / f"{mode}.parquet") for mode in modes}
    versioned, then = json.loads((folder / "versioned.json").read_text()), pd.read_parquet(folder / "then.parquet")
    return {"modes": modes, "training": training, "versioned": versioned, "then": then}


@pytest.fixture(scope="session")
def meant() -> set[str]:
    """The features of the old contract that the request means to change or remove."""
    return set(os.environ["MEANT"].split())
