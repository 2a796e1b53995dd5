"""The same models compiled: an ONNX graph instead of scikit-learn. Boosted trees only."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from onnxruntime import InferenceSession, SessionOptions

from parts.model_export.onnx_export import NUMBERS as MATRIX
from parts.model_export.onnx_export import PREDICTION, export_model
from parts.vector_models.vector_scoring import Score, Scorer, read_in_force
from problem.contract import CATEGORIES
from problem.too_big import Row


def open_graph(folder: Path) -> Scorer:
    """The model in force; raises ``NoModel``, and ``ValueError`` for what cannot be exported."""
    version, model = read_in_force(folder)
    return Scorer(version, by_graph(model))


def by_graph(model: Any) -> Score:
    """Ask ONNX Runtime, on one thread."""
    graph, options = export_model(model), SessionOptions()
    options.intra_op_num_threads = 1
    session = InferenceSession(graph.SerializeToString(), options, providers=["CPUExecutionProvider"])
    names = graph.graph.doc_string.removeprefix(f"{MATRIX}: ").split(", ")

    def score(rows: Sequence[Row]) -> list[float]:
        texts = {name: np.array([[row[name]] for row in rows], dtype=object) for name in CATEGORIES}
        matrix = np.array([[row[name] for name in names] for row in rows], dtype=float)
        return [float(risk) for risk in session.run([PREDICTION], {**texts, MATRIX: matrix})[0][:, 0]]

    return score
