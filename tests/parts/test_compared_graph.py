"""A model becomes a graph only if the graph says what the model says; asked one vector at a time, it says the same."""

import numpy as np
import pandas as pd
import pytest
from onnx import numpy_helper
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OrdinalEncoder

from parts.model_export import onnx_export
from parts.model_export.compared_graph import SAMPLE, draw_vectors, export_alike
from parts.model_export.graph_scoring import open_graph
from parts.model_export.pipeline_scoring import ask_pipeline, open_pipeline
from parts.model_export.published_graph import CannotPublish
from problem.contract import CATEGORIES, FEATURES, TARGETS, Target
from problem.learner import new_learner

ROWS = 2000


def make_table(seed: int) -> pd.DataFrame:
    """Vectors of all sorts, nulls included."""
    random = np.random.default_rng(seed)
    numbers = pd.DataFrame(random.normal(0, 30, (ROWS, len(FEATURES))), columns=list(FEATURES))
    numbers = numbers.mask(random.random(numbers.shape) < 0.1)
    return numbers.assign(**{name: random.choice(list("ABCDEFG"), ROWS) for name in CATEGORIES})


def fit(target: Target) -> Pipeline:
    rows = make_table(0)
    signal = rows["temp"].fillna(0) + 20 * (rows["carrier"] == "C") - 30 * rows["local_hour"].isna()
    return new_learner(target).fit(rows, signal > 0 if target == "late" else signal)


@pytest.mark.parametrize("target", TARGETS)
def test_one_vector_is_answered_as_the_pipeline_answers_a_table(target: Target) -> None:
    model, rows = fit(target), make_table(1).head(300)
    rows.loc[rows.index[:50], "dest"] = "never seen"
    score = open_graph(export_alike(model))
    told = [score(vector) for vector in rows.to_dict("records")]
    np.testing.assert_allclose(told, ask_pipeline(model, rows), rtol=0, atol=1e-11)


@pytest.mark.parametrize("null", [None, float("nan")])
def test_a_null_may_be_none_or_nan(null: float | None) -> None:
    model = fit("late")
    vector = make_table(1).iloc[0].to_dict() | {"temp": null}
    table = open_pipeline(model)(vector | {"temp": float("nan")})
    assert open_graph(export_alike(model))(vector) == pytest.approx(table, abs=1e-12)


def test_the_vectors_that_are_compared_are_of_all_sorts() -> None:
    drawn = draw_vectors(fit("late"))
    assert list(drawn.columns) == list(FEATURES)
    assert len(drawn) == SAMPLE
    for name in CATEGORIES:
        assert {*drawn[name]} == {*"ABCDEFG", "never seen"}
    numbers = drawn.drop(columns=list(CATEGORIES)).to_numpy(float)
    assert 0.15 < np.isnan(numbers).mean() < 0.25
    sizes = np.log10(np.abs(numbers[~np.isnan(numbers)]))
    assert [np.mean(sizes.astype(int) == power) > 0.1 for power in (0, 1, 2, 3)] == [True] * 4
    assert 0.2 < np.mean(sizes < 0) < 0.5
    assert 0.4 < np.mean(numbers[~np.isnan(numbers)] < 0) < 0.6


@pytest.mark.parametrize("fault", ["one leaf", "codes shifted", "nulls to the other side"])
def test_a_graph_that_answers_otherwise_is_refused(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = onnx_export.read_trees

    def read_otherwise(learner):
        trees = honest(learner)
        if fault == "one leaf":
            values = numpy_helper.to_array(trees["leaf_weights"]).copy()
            values[0] += 0.01
            trees["leaf_weights"] = numpy_helper.from_array(values)
        elif fault == "codes shifted":
            trees["nodes_featureids"] = [(place + 1) % len(FEATURES) for place in trees["nodes_featureids"]]
        else:
            trees["nodes_missing_value_tracks_true"] = [1 - side for side in trees["nodes_missing_value_tracks_true"]]
        return trees

    monkeypatch.setattr(onnx_export, "read_trees", read_otherwise)
    with pytest.raises(CannotPublish, match=rf"^\d+ of {SAMPLE} sampled rows are answered otherwise, by up to "):
        export_alike(fit("late"))


def test_a_pipeline_of_another_form_is_refused() -> None:
    numbers = [name for name in FEATURES if name not in CATEGORIES]
    encode = make_column_transformer((OrdinalEncoder(), list(CATEGORIES)), (SimpleImputer(), numbers))
    rows = make_table(0)
    model = make_pipeline(encode, LogisticRegression(max_iter=5000)).fit(rows, rows["temp"].fillna(0) > 0)
    with pytest.raises(ValueError, match="no exact form"):
        export_alike(model)
