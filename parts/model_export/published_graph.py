"""A graph in a folder, with the order of its inputs beside it; it is there only if it answers as its original does."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pandas as pd
from numpy.typing import NDArray
from onnx import ModelProto
from sklearn.pipeline import Pipeline

from parts.model_export.onnx_export import export_model, read_inputs

MODEL, ORDER = "model.onnx", "inputs.json"
ALIKE = 1e-9
"""The largest difference in probability that the order of an addition explains."""


class CannotPublish(ValueError):
    """The model would answer otherwise in its new form; the text says by how much, and on how many rows."""


def publish_graph(model: Pipeline, sample: pd.DataFrame, home: Path) -> None:
    """Export a fitted classifier into ``home``, with the names of ``categories`` and ``numbers`` as it takes them.

    Raises ``CannotPublish`` where it differs on the sample.
    """
    graph = export_model(model)
    refuse_unlike(run_graph(graph, sample), model.predict_proba(sample)[:, 1])
    *categories, numbers = [each.name for each in graph.graph.input]
    order = {"categories": categories, "numbers": graph.graph.doc_string.removeprefix(f"{numbers}: ").split(", ")}
    home.mkdir(parents=True, exist_ok=True)
    (home / MODEL).write_bytes(graph.SerializeToString())
    (home / ORDER).write_text(json.dumps(order))


def run_graph(graph: ModelProto, rows: pd.DataFrame) -> NDArray[np.float64]:
    """What the graph says of a table's rows; shape (rows,)."""
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, read_inputs(graph, rows))[0], float)[:, 0]


def refuse_unlike(told: NDArray[np.float64], right: NDArray[np.float64]) -> None:
    """Raises ``CannotPublish`` where what is told is not what is right, nor a number."""
    apart = np.abs(told - right)
    if count := int((~(apart <= ALIKE)).sum()):
        raise CannotPublish(f"{count} of {len(right)} sampled rows are answered otherwise, by up to {apart.max():.2g}")
