"""Models that are opened by name: a small file says which version, which preparation, and which code opens it."""

import json
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from onnxruntime import InferenceSession, SessionOptions

from problem.monday import NoModel
from problem.several_models import Row, Score

ROW, PREDICTION = "row", "prediction"
"""The graph's input, shape (rows, features), and its output, shape (rows, 1)."""
GRAPH = f"{__name__}:open_graph"
"""How the file of a model names the code that opens a graph and nothing else."""


class Predictor(NamedTuple):
    """A model that is open. ``preparation``: the version of what makes its rows; ``width``: how many numbers these
    have."""

    version: str
    preparation: str
    width: int
    score: Score


def open_predictors(models: Path, names: Iterable[str]) -> dict[str, Predictor]:
    """These models of a folder, by name; raises ``NoModel``."""
    return {name: open_predictor(models, name) for name in names}


def open_predictor(models: Path, name: str) -> Predictor:
    """A model, opened by the code that its file names (``module:function``); raises ``NoModel``."""
    file = models / f"{name}.json"
    try:
        told = json.loads(file.read_text())
        module, _, function = told["predictor"].partition(":")
        score = getattr(import_module(module), function)(models, told)
        return Predictor(told["version"], told["preparation"], told["width"], score)
    except Exception as error:  # its code may raise anything, and the service says so rather than end
        raise NoModel(f"{file} cannot be opened ({error}): release the model again") from error


def open_graph(models: Path, told: Mapping[str, Any]) -> Score:
    """ONNX Runtime on one thread, asked about one row."""
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = InferenceSession(str(models / told["graph"]), options, providers=["CPUExecutionProvider"])

    def score(row: Row) -> float:
        return float(session.run([PREDICTION], {ROW: np.array([row], dtype=float)})[0][0, 0])

    return score
