"""What a call inside a patched copy needs to know: which system, installed where, and what was there before."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from lab.changes.operation import Operation
from lab.changes.replay_dataset import read_dataset


@dataclass(frozen=True)
class Situation:
    """``home``: an installation of the ``system``; ``ground`` and ``base``: what the steps of these names left.

    ``meant``: features that the request means to change. The code around is that of the copy.
    """

    system: str
    home: Path
    ground: Path
    base: Path
    meant: tuple[str, ...] = ()

    def operate(self) -> Operation:
        """The installation, with the code around in the place of the old."""
        return Operation(self.system, self.home, read_dataset(self.ground))

    def read_before(self) -> dict[str, Any]:
        """What was there before the request.

        ``modes``; ``training``: its features for the questions, by mode; ``then``: its answers to them, by the models
        of that time; ``versioned``: modules with a version, their text.
        """
        modes = json.loads((self.base / "modes.json").read_text())
        training = {mode: pd.read_parquet(self.base / f"{mode}.parquet") for mode in modes}
        versioned = json.loads((self.base / "versioned.json").read_text())
        then = pd.read_parquet(self.base / "then.parquet")
        return {"modes": modes, "training": training, "versioned": versioned, "then": then}
