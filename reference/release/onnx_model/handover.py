"""The model as an ONNX graph: arithmetic instead of objects, so the service needs no scikit-learn.

A graph is written only if it answers as the model does on the rows at hand: an exporter that is silently wrong is
caught where the model is still there to ask.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pandas as pd
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions
from sklearn.pipeline import Pipeline

from parts.model_export.onnx_export import PREDICTION, export_model, read_inputs
from problem.handover import Answer, Refused

FILE = "model.onnx"
KNOWN = "HistGradientBoosting"
"""What the exporter has a form for."""
ALLOWED = 1e-9
"""By how much a graph's probability may differ from the model's."""


def pack(model: Pipeline, rows: pd.DataFrame, folder: Path) -> None:
    """See ``problem.handover``; refuses what has no exact form, and a graph that answers otherwise."""
    learner = type(model[-1]).__name__
    if not learner.startswith(KNOWN):
        raise Refused(f"no form for {learner}: this exporter knows {KNOWN} alone")
    try:
        graph = export_model(model)
    except ValueError as error:
        raise Refused(str(error)) from error
    worst = float(np.abs(_answer(graph, rows) - model.predict_proba(rows)[:, 1]).max())
    if worst > ALLOWED:
        raise Refused(f"the graph differs from the model by up to {worst:.1e} on {len(rows)} rows: it is not written")
    onnx.save(graph, folder / FILE)


def load(folder: Path) -> Answer:
    """See ``problem.handover``; raises what ONNX raises for a file that is no graph."""
    graph = onnx.load(folder / FILE)
    return lambda rows: _answer(graph, rows)


def _answer(graph: Any, rows: pd.DataFrame) -> NDArray[np.float64]:
    options = SessionOptions()
    options.intra_op_num_threads = 1
    session = InferenceSession(graph.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return np.asarray(session.run([PREDICTION], read_inputs(graph, rows))[0][:, 0], float)
