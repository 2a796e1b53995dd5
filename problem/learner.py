"""The learner every system was told to use, so that no comparison of shapes is a comparison of models."""

from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OrdinalEncoder

from problem.contract import CATEGORIES, FEATURES, Target

SETTINGS = {"learning_rate": 0.1, "max_iter": 100, "min_samples_leaf": 20, "max_leaf_nodes": 15}
"""Chosen once for all systems, on months within the training months (``lab.study.learner_choice``)."""


def new_learner(target: Target) -> Pipeline:
    """An unfitted pipeline for a frame with the columns ``FEATURES``, categories as text, nulls allowed.

    The trees see a category as the place of its name in the alphabet, and one that is new as null: a plain number,
    which another program can be given exactly.

    ``late`` and ``cancelled`` give a classifier (use ``predict_proba``), ``delay`` a regressor in minutes,
    ``rebooking_seats`` one in seats.
    """
    kind = HistGradientBoostingClassifier if target in ("late", "cancelled") else HistGradientBoostingRegressor
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=float("nan"))
    numbers = [name for name in FEATURES if name not in CATEGORIES]
    encode = make_column_transformer((codes, list(CATEGORIES)), ("passthrough", numbers))
    return make_pipeline(encode, kind(early_stopping=False, random_state=0, **SETTINGS))
