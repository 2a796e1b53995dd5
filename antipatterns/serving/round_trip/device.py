"""The device asks the service, each time.

The service was there first, with the model as scikit-learn left it; an app that asks it was a week's work, and every
release of the model has reached all devices at once since.
"""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from parts.model_folder.model_folder import ModelFolder
from problem.on_the_device import Answered, Body, Place, make_bodies

VERSION = "1"
SERVICE = "antipatterns.serving.round_trip.service"


def publish(model: Pipeline, sample: pd.DataFrame, home: Path) -> None:
    """See ``problem.on_the_device``; the model keeps its form, so there is nothing to compare."""
    models = ModelFolder(home)
    models.put(VERSION, model)
    models.release(VERSION)


@contextmanager
def open_device(home: Path, place: Place) -> Iterator["Device"]:
    """See the contract."""
    ModelFolder(home).load()
    with place.serve(SERVICE, home) as port:
        yield Device(port)


class Device:
    """Keeps one connection open, as an app does."""

    def __init__(self, port: int) -> None:
        self._service = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def answer(self, vectors: pd.DataFrame) -> Answered:
        """See the contract; raises ``ConnectionError`` for a refusal."""
        bodies, began = make_bodies(vectors), perf_counter()
        risk = [self._ask(body) for body in bodies]
        return Answered(np.array(risk), perf_counter() - began)

    def _ask(self, body: Body) -> float:
        self._service.request("POST", "/predict", json.dumps(body), {"Content-Type": "application/json"})
        answer = self._service.getresponse()
        said = json.loads(answer.read())
        if answer.status != 200:
            raise ConnectionError(said["detail"])
        return float(said["prediction"])
