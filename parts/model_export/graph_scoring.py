"""A graph (see ``onnx_export``) asked about one vector at a time, on one thread, by ONNX Runtime."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from onnxruntime import InferenceSession, SessionOptions

Vector = Mapping[str, Any]
Score = Callable[[Vector], float]
"""From a vector (null: None or NaN) to the probability that a classifier gives, or a regressor's number."""


def open_graph(graph: bytes) -> Score:
    """Make the graph ready to answer; it says itself which features it takes."""
    options = SessionOptions()
    options.intra_op_num_threads = 1
    session = InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    *categories, numbers = [each.name for each in session.get_inputs()]
    names = session.get_modelmeta().graph_description.removeprefix(f"{numbers}: ").split(", ")

    def score(vector: Vector) -> float:
        texts = {name: np.array([[vector[name] or ""]], dtype=object) for name in categories}
        values = np.array([[vector[name] for name in names]], dtype=float)
        return float(session.run(None, {**texts, numbers: values})[0][0, 0])

    return score
