"""Six models as people write them, unfitted, and the rows that they are handed between programs.

Runs in every environment of ``lab.patterns.environments``: what is imported here has to be there.
"""

from pathlib import Path

import pandas as pd
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from problem.contract import CATEGORIES, FEATURES
from problem.learner import SETTINGS, new_learner

NUMBERS = [name for name in FEATURES if name not in CATEGORIES]
CODES = "boosted trees, codes as numbers"
FIRST, LAST = "boosted trees, categories in front", "boosted trees, categories behind"
BARE = "boosted trees alone, categories behind"
FOREST, REGRESSION = "forest", "logistic regression"
PIPELINES = (CODES, FIRST, LAST, BARE, FOREST, REGRESSION)


def new_pipelines() -> dict[str, Pipeline]:
    """By name, each fits a frame with ``FEATURES`` and ``late``; the first is the study's learner."""
    codes, numbers = (_encode(float("nan")), list(CATEGORIES)), ("passthrough", NUMBERS)
    count = len(CATEGORIES)
    front, behind = list(range(count)), list(range(len(NUMBERS), len(NUMBERS) + count))
    whole = (_encode(-1), list(CATEGORIES))
    return {
        CODES: new_learner("late"),
        FIRST: make_pipeline(make_column_transformer(codes, numbers), _boost(front)),
        LAST: make_pipeline(make_column_transformer(numbers, codes), _boost(behind)),
        BARE: make_pipeline(_boost(behind)),
        FOREST: make_pipeline(make_column_transformer(whole, numbers), SimpleImputer(), _grow()),
        REGRESSION: make_pipeline(_spread(), LogisticRegression(max_iter=1000)),
    }


def prepare(pipeline: str, rows: pd.DataFrame, training: pd.DataFrame) -> pd.DataFrame:
    """What a pipeline is given: ``FEATURES``, with codes from a table of names where the pipeline makes none itself."""
    if pipeline != BARE:
        return rows[list(FEATURES)]
    tables = {name: {value: code for code, value in enumerate(sorted(training[name].unique()))} for name in CATEGORIES}
    return rows[NUMBERS].assign(**{name: rows[name].map(tables[name]) for name in CATEGORIES})


def write_rows(rows: pd.DataFrame, file: Path) -> None:
    """As text that every version of pandas reads to the last bit."""
    rows.to_csv(file, index=False)


def read_rows(file: Path) -> pd.DataFrame:
    """What ``write_rows`` has written."""
    return pd.read_csv(file, float_precision="round_trip", keep_default_na=False, na_values=[""])


def _encode(unknown: float) -> OrdinalEncoder:
    return OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=unknown)


def _boost(categories: list[int]) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        categorical_features=categories, early_stopping=False, random_state=0, **SETTINGS
    )


def _grow() -> RandomForestClassifier:
    return RandomForestClassifier(n_estimators=30, min_samples_leaf=10, random_state=0)


def _spread() -> ColumnTransformer:
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    return make_column_transformer((OneHotEncoder(handle_unknown="ignore"), list(CATEGORIES)), (numbers, NUMBERS))
