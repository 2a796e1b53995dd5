"""Converts pipelines by the usual converter, and asks graph and original the same: ``... converter_worker FOLDER``.

Run by the converter's own Python (see ``lab.patterns.device_runtimes``). It reads ``learnt.pkl`` and ``asked.pkl``, and
leaves a file a way: what the graph said, and what the original did. ``ways.json``: all that was said of each way.
"""

import json
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pandas as pd
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.pipeline import Pipeline

from problem.contract import CATEGORIES, FEATURES
from problem.learner import new_learner

NUMBERS = [name for name in FEATURES if name not in CATEGORIES]
DECLARED = [(name, StringTensorType([None, 1])) for name in CATEGORIES]
DECLARED += [(name, FloatTensorType([None, 1])) for name in NUMBERS]
Floats = np.ndarray


def make_ways() -> dict[str, Pipeline]:
    """The study's learner, and the same whose trees are told which columns are categories."""
    told = new_learner("late")
    told[-1].set_params(categorical_features=list(range(len(CATEGORIES))))
    return {"numbers": new_learner("late"), "categories": told}


def run_graph(model: Pipeline, asked: pd.DataFrame) -> Floats:
    """The probabilities that the converted model gives."""
    graph = to_onnx(model, initial_types=DECLARED, options={id(model): {"zipmap": False}})
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    inputs: dict[str, Any] = {name: asked[[name]].to_numpy(object) for name in CATEGORIES}
    inputs |= {name: asked[[name]].to_numpy(np.float32) for name in NUMBERS}
    return np.asarray(session.run(["probabilities"], inputs)[0], float)[:, 1]


def main(folder: Path) -> None:
    learnt, asked = (pd.read_pickle(folder / file) for file in ("learnt.pkl", "asked.pkl"))
    said = {}
    for name, model in make_ways().items():
        model.fit(learnt[list(FEATURES)], learnt["late"])
        with warnings.catch_warnings(record=True) as heard:
            told = run_graph(model, asked)
        said[name] = [str(each.message) for each in heard]
        np.save(folder / f"{name}.npy", np.array([told, model.predict_proba(asked[list(FEATURES)])[:, 1]]))
    (folder / "ways.json").write_text(json.dumps(said))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
