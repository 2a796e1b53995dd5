"""A fitted pipeline (see ``problem.learner``) as an ONNX graph that answers as it does, for any runtime of ONNX.

Trees compare in 64 bits, as scikit-learn does: rounded to 32, a row beside a threshold would take the other branch.
Only the order in which the leaves' values are added differs.
"""

from typing import Any

import numpy as np
import pandas as pd
from onnx import ModelProto, TensorProto, helper
from onnx.numpy_helper import from_array
from sklearn.pipeline import Pipeline

from parts.model_export.tree_arrays import read_trees

NUMBERS, PREDICTION = "numbers", "prediction"
"""The input with all features that are numbers, shape (rows, numbers); the output, shape (rows, 1)."""
ML = "ai.onnx.ml"
OPSETS, IR_VERSION = [helper.make_opsetid("", 18), helper.make_opsetid(ML, 5)], 9
"""The first version with trees whose sum stays in 64 bits, and the rest no newer than that."""


def export_model(model: Pipeline) -> ModelProto:
    """The pipeline as a graph; ``read_inputs`` says what it takes.

    It gives the probability that a classifier gives, or a regressor's number, in 64 bits. Raises ``ValueError`` for
    trees that see categories, which this form of a tree has not.
    """
    encode, learner = model
    if learner.is_categorical_ is not None:
        raise ValueError("trees that see categories have no exact form here: give them codes as numbers")
    (_, codes, categories), (_, _, numbers) = encode.transformers_
    row = helper.make_node("Concat", [*map(_name_code, categories), NUMBERS], ["row"], axis=1)
    nodes = [*map(_encode, categories, codes.categories_), row, *_score(learner)]
    takes = [*(_declare(name, TensorProto.STRING) for name in categories), _declare(NUMBERS, width=len(numbers))]
    baseline = from_array(np.asarray(learner._baseline_prediction, float), "baseline")
    named = f"{NUMBERS}: {', '.join(numbers)}"
    graph = helper.make_graph(nodes, "learner", takes, [_declare(PREDICTION)], [baseline], doc_string=named)
    return helper.make_model(graph, opset_imports=OPSETS, ir_version=IR_VERSION)


def _declare(name: str, kind: int = TensorProto.DOUBLE, width: int = 1) -> Any:
    return helper.make_tensor_value_info(name, kind, ["rows", width])


def read_inputs(model: ModelProto, rows: pd.DataFrame) -> dict[str, Any]:
    """What the graph takes, from a table with the pipeline's features: a category as text, "" if null; NaN for null."""
    *categories, _ = [each.name for each in model.graph.input]
    numbers = model.graph.doc_string.removeprefix(f"{NUMBERS}: ").split(", ")
    texts = {name: rows[[name]].fillna("").to_numpy(object) for name in categories}
    return {**texts, NUMBERS: rows[numbers].to_numpy(float)}


def _encode(name: str, values: Any) -> Any:
    """A category's place in the alphabet; NaN for one that was not in the training table."""
    tensors = {
        "keys_tensor": from_array(np.array(["" if value is None else value for value in values], dtype=object)),
        "values_tensor": from_array(np.arange(len(values), dtype=float)),
        "default_tensor": from_array(np.array([np.nan])),
    }
    return helper.make_node("LabelEncoder", [name], [_name_code(name)], domain=ML, **tensors)


def _name_code(category: str) -> str:
    return f"code of {category}"


def _score(learner: Any) -> list[Any]:
    """The sum over the trees, on top of what is said without any; a classifier makes a probability of it."""
    link = "Sigmoid" if hasattr(learner, "predict_proba") else "Identity"
    return [
        helper.make_node("TreeEnsemble", ["row"], ["sum"], domain=ML, n_targets=1, **read_trees(learner)),
        helper.make_node("Add", ["sum", "baseline"], ["raw"]),
        helper.make_node(link, ["raw"], [PREDICTION]),
    ]
