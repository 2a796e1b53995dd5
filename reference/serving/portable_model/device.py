"""The model becomes a graph when it is published, and a small program on the device answers from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from parts.model_export.published_graph import publish_graph
from problem.on_the_device import Answered, Place, make_bodies
from reference.serving.portable_model.program import Program


def publish(model: Pipeline, sample: pd.DataFrame, home: Path) -> None:
    """See ``problem.on_the_device``."""
    publish_graph(model, sample, home)


@contextmanager
def open_device(home: Path, place: Place) -> Iterator["Device"]:
    """See the contract; the device needs nothing around it."""
    yield Device(Program(home))


class Device:
    """A program that answers."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def answer(self, vectors: pd.DataFrame) -> Answered:
        """See the contract."""
        bodies, began = make_bodies(vectors), perf_counter()
        risk = [self._program.ask(body) for body in bodies]
        return Answered(np.array(risk), perf_counter() - began)
