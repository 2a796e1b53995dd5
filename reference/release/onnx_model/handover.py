"""The model as an ONNX graph: arithmetic instead of objects, so the service needs no scikit-learn.

A graph is written only if it answers as the model does on the rows at hand: an exporter that is silently wrong is
caught where the model is still there to ask.
"""

from pathlib import Path

import numpy as np
import onnx
import pandas as pd
from onnxruntime import InferenceSession, SessionOptions
from sklearn.pipeline import Pipeline

from parts.model_export.onnx_export import PREDICTION, export_model, read_inputs
from problem.handover import Answer, Refused

FILE = "model.onnx"
KNOWN = "HistGradientBoosting"
"""What the exporter has a form for."""
PARTS = 2
ALLOWED = 1e-9
"""By how much a graph's probability may differ from the model's."""


def pack(model: Pipeline, rows: pd.DataFrame, folder: Path) -> None:
    """See ``problem.handover``; refuses what has no exact form, and a graph that answers otherwise."""
    learner = type(model[-1]).__name__
    if not learner.startswith(KNOWN):
        raise Refused(f"no form for {learner}: this exporter knows {KNOWN} alone")
    if len(model) != PARTS:
        raise Refused(f"a pipeline of {len(model)} has no form: this exporter wants codes, then trees")
    try:
        graph = export_model(model)
    except ValueError as error:
        raise Refused(str(error)) from error
    worst = float(np.abs(_start(graph)(rows) - model.predict_proba(rows)[:, 1]).max())
    if worst > ALLOWED:
        raise Refused(f"the graph differs from the model by up to {worst:.1e} on {len(rows)} rows: it is not written")
    onnx.save(graph, folder / FILE)


def load(folder: Path) -> Answer:
    """See ``problem.handover``; refuses a file that is not whole."""
    try:
        return _start(onnx.load(folder / FILE))
    except Exception as error:  # protobuf and the runtime have their own kinds
        raise Refused(f"{FILE} is missing or not whole ({type(error).__name__}): fetch it again") from error


def _start(graph: onnx.ModelProto) -> Answer:
    options = SessionOptions()
    options.intra_op_num_threads = 1
    session = InferenceSession(graph.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return lambda rows: np.asarray(session.run([PREDICTION], read_inputs(graph, rows))[0][:, 0], float)
