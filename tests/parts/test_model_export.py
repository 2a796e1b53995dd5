"""An exported model answers as the original does: the stated differences come from the order of a sum alone."""

import numpy as np
import onnxruntime
import pandas as pd
import pytest
from onnx import ModelProto, numpy_helper
from sklearn.pipeline import Pipeline

from parts.model_export.onnx_export import PREDICTION, export_model, read_inputs
from problem.contract import CATEGORIES, FEATURES, TARGETS, Target
from problem.learner import new_learner

ROWS = 3000
NUMBERS = [name for name in FEATURES if name not in CATEGORIES]
STATED: dict[Target, float] = {"late": 1e-14, "delay": 1e-11}
"""The largest difference: a probability, and minutes."""


def make_table(seed: int) -> pd.DataFrame:
    """Vectors of all sorts, nulls included, of categories too."""
    random = np.random.default_rng(seed)
    numbers = pd.DataFrame(random.normal(0, 30, (ROWS, len(FEATURES))), columns=list(FEATURES))
    numbers = numbers.mask(random.random(numbers.shape) < 0.1)
    letters = {name: random.choice([*"ABCDEFG", None], ROWS) for name in CATEGORIES}
    return numbers.assign(**letters)


def fit(target: Target, **settings: float) -> Pipeline:
    """The learner, with leaves that are small enough for a table of this size."""
    rows, model = make_table(0), new_learner(target)
    model[-1].set_params(**{"min_samples_leaf": 5, **settings})
    signal = rows["temp"].fillna(0) + 20 * (rows["carrier"] == "C") - 30 * rows["local_hour"].isna()
    return model.fit(rows, signal > 0 if target == "late" else signal)


def ask(model: Pipeline, rows: pd.DataFrame) -> np.ndarray:
    return model.predict_proba(rows)[:, 1] if hasattr(model, "predict_proba") else model.predict(rows)


def ask_exported(exported: ModelProto, rows: pd.DataFrame) -> np.ndarray:
    session = onnxruntime.InferenceSession(exported.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run([PREDICTION], read_inputs(exported, rows))[0][:, 0]


def list_edges(model: Pipeline) -> pd.DataFrame:
    """A row for each threshold of each tree, and for the numbers next to it: what rounding would send astray."""
    nodes = pd.concat([pd.DataFrame(tree.nodes) for (tree,) in model[-1]._predictors]).query("is_leaf == 0")
    nodes = nodes[np.isfinite(nodes["num_threshold"]) & (nodes["feature_idx"] >= len(CATEGORIES))]
    sides = [np.nextafter(nodes["num_threshold"], towards) for towards in (-np.inf, np.inf)]
    places, values = np.tile(nodes["feature_idx"], 3), np.concatenate([nodes["num_threshold"], *sides])
    rows = make_table(2).sample(len(values), replace=True, random_state=0, ignore_index=True)
    numbers = rows[NUMBERS].to_numpy(float)
    numbers[np.arange(len(values)), places - len(CATEGORIES)] = values
    return rows.assign(**dict(zip(NUMBERS, numbers.T, strict=True)))


@pytest.mark.parametrize("target", TARGETS)
def test_nulls_and_what_was_never_seen_are_answered_as_the_original_does(target: Target) -> None:
    model, rows = fit(target), make_table(1)
    rows.loc[rows.index[:500], "dest"] = "never seen"
    rows.loc[rows.index[250:750], NUMBERS[:5]] = np.nan
    assert np.abs(ask_exported(export_model(model), rows) - ask(model, rows)).max() < STATED[target]


@pytest.mark.parametrize("target", TARGETS)
def test_rows_at_a_threshold_and_next_to_it_take_the_same_branch(target: Target) -> None:
    model = fit(target)
    edges = list_edges(model)
    assert len(edges) > 1000
    assert np.abs(ask_exported(export_model(model), edges) - ask(model, edges)).max() < STATED[target]


def test_thresholds_of_32_bits_would_be_noticed() -> None:
    model = fit("late")
    exported, edges = export_model(model), list_edges(model)
    (trees,) = [node for node in exported.graph.node if node.op_type == "TreeEnsemble"]
    (splits,) = [attribute for attribute in trees.attribute if attribute.name == "nodes_splits"]
    rounded = numpy_helper.to_array(splits.t).astype("float32").astype(float)
    splits.t.CopyFrom(numpy_helper.from_array(rounded, "nodes_splits"))
    assert np.abs(ask_exported(exported, edges) - ask(model, edges)).max() > 1000 * STATED["late"]


def test_trees_that_never_split_are_exported_too() -> None:
    model = fit("delay", min_samples_leaf=ROWS)
    said = ask_exported(export_model(model), make_table(1))
    assert said == pytest.approx(ask(model, make_table(1)))
    assert np.ptp(said) == 0


def test_trees_that_see_categories_are_refused() -> None:
    model = fit("late", categorical_features=[0, 1, 2])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="codes as numbers"):
        export_model(model)
