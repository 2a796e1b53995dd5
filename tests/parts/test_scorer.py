"""The quick way to score one vector says what the pipeline says, to the last bit, or is not taken."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OrdinalEncoder

from parts.service_shell.scorer import Scorer, by_table, by_trees
from problem.contract import CATEGORIES, FEATURES, TARGETS, Target
from problem.learner import new_learner

pytestmark = pytest.mark.slow  # fits models

ROWS = 3000


def table(seed: int) -> pd.DataFrame:
    """Vectors of all sorts, nulls included."""
    random = np.random.default_rng(seed)
    numbers = pd.DataFrame(random.normal(0, 30, (ROWS, len(FEATURES))), columns=list(FEATURES))
    numbers = numbers.mask(random.random(numbers.shape) < 0.1)
    letters = {name: random.choice(list("ABCDEFG"), ROWS) for name in CATEGORIES}
    return numbers.assign(**letters)


def fitted(target: Target) -> Pipeline:
    rows = table(0)
    signal = rows["temp"].fillna(0) + 20 * (rows["carrier"] == "C") - 30 * rows["local_hour"].isna()
    return new_learner(target).fit(rows, signal > 0 if target == "late" else signal)


def said(model: Pipeline, rows: pd.DataFrame) -> np.ndarray:
    return model.predict_proba(rows)[:, 1] if hasattr(model, "predict_proba") else model.predict(rows)


@pytest.mark.parametrize("target", TARGETS)
def test_trees_asked_directly_say_what_the_pipeline_says_to_the_last_bit(target: Target) -> None:
    model, rows = fitted(target), table(1).iloc[:500]
    rows.loc[rows.index[:50], "dest"] = "never seen"
    score = by_trees(model)
    assert score is not None
    assert np.array_equal([score(vector) for vector in rows.to_dict("records")], said(model, rows))


def test_a_pipeline_of_another_form_is_asked_as_it_is() -> None:
    numbers = [name for name in FEATURES if name not in CATEGORIES]
    encode = make_column_transformer((OrdinalEncoder(), list(CATEGORIES)), (SimpleImputer(), numbers))
    model = make_pipeline(encode, LogisticRegression(max_iter=5000)).fit(table(0), table(0)["temp"].fillna(0) > 0)
    rows = table(1).iloc[:20]
    assert by_trees(model) is None
    assert np.allclose([Scorer(model).score(vector) for vector in rows.to_dict("records")], said(model, rows))


def test_where_the_insides_are_not_what_we_take_them_for_the_quick_way_is_not_taken() -> None:
    model = fitted("late")
    model[-1]._predictors = model[-1]._predictors[:]  # the trees as they are
    assert by_trees(model) is not None
    honest = model[-1]._predict_iterations
    model[-1]._predict_iterations = lambda X, trees, raw, *rest: honest(X, trees[:-1], raw, *rest)  # noqa: N803
    assert by_trees(model) is None


def test_by_table_and_by_trees_take_nulls_of_both_kinds() -> None:
    model = fitted("delay")
    vector = table(1).iloc[0].to_dict() | {"temp": None}
    assert by_table(model)(vector | {"temp": float("nan")}) == Scorer(model).score(vector)
