"""The trees of a gradient boosting as the arrays of ONNX's ``TreeEnsemble`` (ai.onnx.ml 5)."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from onnx.numpy_helper import from_array

LEQ = 0
"""The kind of a question that sends a value to the left if it is at most the threshold."""


def read_trees(learner: Any) -> dict[str, Any]:
    """By name of the attribute, the arrays of all trees: questions in one numbering, leaves in another.

    ``learner``: a fitted ``HistGradientBoostingClassifier`` (two classes) or ``-Regressor`` whose trees see numbers.
    """
    trees = [_with_a_question(pd.DataFrame(tree.nodes)) for (tree,) in learner._predictors]
    roots = np.cumsum([0, *map(len, trees)])[:-1]
    nodes = pd.concat([_move(tree, root) for tree, root in zip(trees, roots, strict=True)], ignore_index=True)
    is_leaf = nodes["is_leaf"].to_numpy(bool)
    place = np.where(is_leaf, np.cumsum(is_leaf), np.cumsum(~is_leaf)) - 1
    return {
        "tree_roots": place[roots],
        **_read_questions(nodes[~is_leaf], is_leaf, place),
        **_read_leaves(nodes[is_leaf]),
    }


def _read_questions(asking: pd.DataFrame, is_leaf: NDArray[np.bool_], place: NDArray[np.int64]) -> dict[str, Any]:
    left, right = asking["left"].to_numpy(), asking["right"].to_numpy()
    return {
        "nodes_featureids": asking["feature_idx"].to_list(),
        "nodes_modes": from_array(np.full(len(asking), LEQ, dtype=np.uint8)),
        "nodes_splits": from_array(asking["num_threshold"].to_numpy()),
        "nodes_missing_value_tracks_true": asking["missing_go_to_left"].to_list(),
        "nodes_truenodeids": place[left],
        "nodes_falsenodeids": place[right],
        "nodes_trueleafs": is_leaf[left].astype(int),
        "nodes_falseleafs": is_leaf[right].astype(int),
    }


def _read_leaves(leaves: pd.DataFrame) -> dict[str, Any]:
    return {"leaf_weights": from_array(leaves["value"].to_numpy()), "leaf_targetids": [0] * len(leaves)}


def _move(tree: pd.DataFrame, root: int) -> pd.DataFrame:
    """The tree with its nodes numbered from ``root`` on."""
    return tree.assign(left=tree["left"] + root, right=tree["right"] + root)


def _with_a_question(tree: pd.DataFrame) -> pd.DataFrame:
    """The tree; one that is nothing but a leaf gets a question whose answer makes no difference."""
    if len(tree) > 1:
        return tree
    asking = tree.assign(is_leaf=0, left=1, right=1)
    return pd.concat([asking, tree], ignore_index=True)
