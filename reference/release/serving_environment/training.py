"""Training, in an environment of its own. It shares the on-demand features with the service, and nothing else."""

from pathlib import Path

import joblib
import onnx
import pandas as pd

from parts.model_export.onnx_export import export_model
from problem.contract import CATEGORIES, STORED
from problem.shipped import FILES, Form, fit_on
from reference.release.serving_environment.on_demand import make_on_demand


def make_table(rows: pd.DataFrame) -> pd.DataFrame:
    """See ``problem.shipped``; the on-demand features are made as the service makes them, row by row."""
    pairs = zip(rows["asked_at"], rows["scheduled_at"], strict=True)
    made = pd.DataFrame([make_on_demand(*pair) for pair in pairs], index=rows.index)
    numbers = rows[[*STORED, "distance"]].join(made).astype(float)
    return numbers.join(rows[list(CATEGORIES)])


def publish(rows: pd.DataFrame, home: Path, form: Form) -> None:
    """See ``problem.shipped``."""
    model = fit_on(make_table(rows), rows["late"])
    home.mkdir(parents=True, exist_ok=True)
    if form == "onnx":
        onnx.save(export_model(model), home / FILES[form])
    else:
        joblib.dump(model, home / FILES[form])
