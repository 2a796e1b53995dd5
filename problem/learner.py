"""The learner every system was told to use, so that no comparison of shapes is a comparison of models."""

from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OrdinalEncoder

from problem.contract import CATEGORIES, FEATURES, Target

SETTINGS = {"max_iter": 100, "learning_rate": 0.1, "early_stopping": False, "random_state": 0}


def new_learner(target: Target) -> Pipeline:
    """An unfitted pipeline for a frame with the columns ``FEATURES``, categories as text, nulls allowed.

    ``late`` and ``cancelled`` give a classifier (use ``predict_proba``), ``delay`` a regressor in minutes,
    ``rebooking_seats`` one in seats.
    """
    kind = HistGradientBoostingClassifier if target in ("late", "cancelled") else HistGradientBoostingRegressor
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=float("nan"))
    numbers = [name for name in FEATURES if name not in CATEGORIES]
    encode = make_column_transformer((codes, list(CATEGORIES)), ("passthrough", numbers))
    return make_pipeline(encode, kind(categorical_features=list(range(len(CATEGORIES))), **SETTINGS))
