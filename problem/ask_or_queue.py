"""Ask, queue, or prepare: what a form of a service is made of, what it tells callers, and the model behind all forms.

Callers send a question about one flight to ``POST /predict`` of a form's front. They get 200 with the answer, or 202
with a ``Location``, at which they find the answer later and 202 until then; or a refusal (``application/problem+json``)
that says why. An answer has a ``prediction``, the probability that the flight is late, and the ``model_version``.

Every process of a form is told what it needs by its environment: ``HOST`` and ``PORT`` (the front), ``MODELS``, the
folder of models, and ``STATE``, a folder that the processes of one form share.
"""

import hashlib
import json
import math
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from problem.monday import Model, NoModel, Request, read_model

NAME, COST = "late", "cost.json"


class Site(NamedTuple):
    """What a form is made of: modules that are started as processes, with ``python -m``.

    ``worker``: what answers beside the front, in as many processes as one likes; "" for none. ``job``: what prepares
    answers about ``LIST`` in ``STATE``, a question a line, before anybody asks, and ends; "" for none.
    """

    front: str
    worker: str = ""
    job: str = ""


LIST = "flights.jsonl"


class Cost(NamedTuple):
    """Planted work of a model, in turns of a hash, ``by_call`` and ``by_row``.

    Planted faults: a flight of ``failing`` miles cannot be scored, one of ``deadly`` miles ends the process, as a fault
    in a library's native code would; 0 for none.
    """

    by_call: int = 0
    by_row: int = 0
    failing: int = 0
    deadly: int = 0


class CostlyModel:
    """A model that takes as long as it is told, and works on one call at a time, whoever calls."""

    def __init__(self, model: Model, cost: Cost) -> None:
        self._model, self._cost, self._one_at_a_time = model, cost, Lock()

    def answer(self, rows: Sequence[Request]) -> list[dict[str, Any]]:
        """An answer for each row, in order; raises ``ValueError`` for a row that cannot be scored."""
        with self._one_at_a_time:
            work(self._cost.by_call + self._cost.by_row * len(rows))
            return [{"prediction": self._predict(row), "model_version": self._model.version} for row in rows]

    def _predict(self, row: Request) -> float:
        miles = round(row["distance"] * 1000)
        if miles == self._cost.deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        if miles == self._cost.failing:
            raise ValueError(f"a flight of {miles} miles cannot be scored")
        return 1 / (1 + math.exp(-self._model.score(row)))


def work(turns: int) -> None:
    """Take so many turns of a hash; other threads go on meanwhile, as beside a real model's native code."""
    if turns:
        hashlib.pbkdf2_hmac("sha256", b"flight", b"late", turns)


def open_model(models: Path) -> CostlyModel:
    """The model of a folder, with the cost that ``COST`` in there gives it, none by default; raises ``NoModel``."""
    model, file = read_model(models, NAME), models / COST
    try:
        told: Mapping[str, int] = json.loads(file.read_text()) if file.exists() else {}
        return CostlyModel(model, Cost(**told))
    except (ValueError, TypeError) as error:
        raise NoModel(f"{file} cannot be read: publish the model first") from error
