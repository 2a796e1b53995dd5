"""A fitted pipeline asked as it is, with tables."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parts.model_export.graph_scoring import Score
from problem.contract import FEATURES


def ask_pipeline(model: Any, rows: pd.DataFrame) -> NDArray[np.float64]:
    """The probability that a classifier gives, or a regressor's number, by row; shape (rows,)."""
    told = model.predict_proba(rows)[:, 1] if hasattr(model, "predict_proba") else model.predict(rows)
    return np.asarray(told, float)


def open_pipeline(model: Any) -> Score:
    """The pipeline asked with a table of one row: some milliseconds for the table and its checks, one for the trees."""
    return lambda vector: float(ask_pipeline(model, pd.DataFrame([vector], columns=list(FEATURES)))[0])
