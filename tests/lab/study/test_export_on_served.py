"""A model that the study serves, exported, answers 20,000 served rows as the original does."""

import numpy as np
import onnxruntime
import pandas as pd
import pytest

from lab.engine.workspace import results_folder
from parts.model_export.onnx_export import PREDICTION, export_model, read_inputs
from problem.contract import CATEGORIES, FEATURES
from problem.learner import new_learner
from tests.awkward import STUDIED

pytestmark = pytest.mark.study

ROWS, PLANTED = 20_000, 1_000
STATED = 1e-14
"""The largest difference of a probability: leaves are added in another order."""


def read_table(kind, name, mode):
    table = pd.read_parquet(results_folder() / kind / f"{name}.parquet")
    return table[table["mode"] == mode]


def plant(rows):
    """A thousand rows each with an unseen carrier, an unseen airport, and half of their numbers null."""
    random = np.random.default_rng(0)
    for name in CATEGORIES:
        rows.loc[random.choice(rows.index, PLANTED, replace=False), name] = "never seen"
    numbers = [name for name in FEATURES if name not in CATEGORIES]
    drawn = random.choice(rows.index, PLANTED, replace=False)
    rows.loc[drawn, numbers] = rows.loc[drawn, numbers].mask(random.random((PLANTED, len(numbers))) < 0.5)
    return rows


@pytest.mark.parametrize(("name", "mode"), STUDIED)
def test_the_exported_model_answers_served_rows_as_the_original_does(name, mode):
    training, served = (read_table(kind, name, mode) for kind in ("training", "served"))
    model = new_learner("late").fit(training[list(FEATURES)], training["label"])
    rows = plant(served[list(FEATURES)].sample(ROWS, random_state=0, ignore_index=True))
    exported = export_model(model)
    session = onnxruntime.InferenceSession(exported.SerializeToString(), providers=["CPUExecutionProvider"])
    said = session.run([PREDICTION], read_inputs(exported, rows))[0][:, 0]
    assert np.abs(said - model.predict_proba(rows)[:, 1]).max() < STATED
