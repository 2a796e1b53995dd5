"""A fitted model that is handed over: packed where it was trained, loaded where it answers.

Both sides of a hand-over are functions of a module: the program that trains calls ``pack``, another one, maybe years
younger or older, calls ``load``. What lies between them is a folder.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

Answer = Callable[[pd.DataFrame], NDArray[np.float64]]
"""From rows with ``FEATURES`` the probability of ``late``, one a row."""


class Refused(RuntimeError):
    """A model that is not packed or not loaded, on purpose: one line that says why, and what to do."""


class Handover(Protocol):
    """The two functions that every way to hand a model over has."""

    def pack(self, model: Pipeline, rows: pd.DataFrame, folder: Path) -> None:
        """Write the fitted model into an empty folder; ``rows``: some that it can answer. Raises ``Refused``."""

    def load(self, folder: Path) -> Answer:
        """What answers; raises ``Refused``, and whatever the libraries raise that meet what they do not know."""
