"""A flight's risk on a traveller's device: what each way to get it there is asked to do.

A side has a module ``device`` with ``publish`` and ``open_device``. What is published serves any number of devices.
"""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from problem.contract import FEATURES

Floats = NDArray[np.float64]
Body = dict[str, Any]
"""A vector as JSON has it: null for what is not known."""


class Answered(NamedTuple):
    """What a device said: ``risk``, the probability of late, one a vector; ``seconds`` that the device itself took.

    The clock runs from a vector in the device's memory to its number there, over all vectors.
    """

    risk: Floats
    seconds: float


class Device(Protocol):
    """An open program on the device."""

    def answer(self, vectors: pd.DataFrame) -> Answered:
        """Answer each vector (columns ``FEATURES``, nulls allowed), one after the other."""


class Page(Protocol):
    """A page in a browser on the device."""

    def ask(self, bodies: list[Body]) -> tuple[list[float], float]:
        """What the page's ``window.answer`` says of these, one by one, and the seconds that took in the page."""


class Place(Protocol):
    """Where a device stands: what lies around it. Everything is on this machine."""

    def serve(self, module: str, home: Path) -> AbstractContextManager[int]:
        """A service as a process (see ``parts.model_service``) with its models in ``home``; gives its port."""

    def visit(self, folder: Path) -> AbstractContextManager[Page]:
        """A browser that has opened the folder's ``index.html``, the runtime beside it under ``runtime/``."""


class DeviceSide(Protocol):
    """The door of a side's module ``device``."""

    def publish(self, model: Pipeline, sample: pd.DataFrame, home: Path) -> None:
        """Leave below ``home`` what devices need to answer as ``model`` does; raises ``ValueError`` if they would not.

        ``sample``: vectors on which both are compared first, where the model changes its form.
        """

    def open_device(self, home: Path, place: Place) -> AbstractContextManager[Device]:
        """A device with what was published. Raises ``LookupError`` where nothing was."""


def make_bodies(vectors: pd.DataFrame) -> list[Body]:
    """Vectors as JSON has them, numbers to the last digit."""
    rows = vectors[list(FEATURES)].astype(object)
    return list(rows.where(rows.notna(), None).to_dict("records"))
