"""The training package: from rows to a table, from a table to a model, from a file to answers.

It came first, as it does. When the service was built, the row that the model wants was here, and so was the code that
reads the model: one definition of every feature, one list of requirements, one image for both.
"""

from collections.abc import Callable
from pathlib import Path

import joblib
import onnx
import onnxruntime
import pandas as pd
from sklearn.pipeline import Pipeline

from parts.flight_service.app import CannotServe
from parts.model_export.onnx_export import export_model, read_inputs
from problem.contract import CATEGORIES, STORED
from problem.questions import NEW_YORK
from problem.shipped import FILES, Form, fit_on

ON_DEMAND = ["local_hour", "weekday", "minutes_to_departure", "distance"]
Score = Callable[[pd.DataFrame], float]


def add_on_demand(rows: pd.DataFrame) -> pd.DataFrame:
    """The features that only a question makes known."""
    local = rows["scheduled_at"].dt.tz_convert(NEW_YORK).dt
    minutes = (rows["scheduled_at"] - rows["asked_at"]) / pd.Timedelta(minutes=1)
    return rows.assign(local_hour=local.hour, weekday=local.dayofweek, minutes_to_departure=minutes)


def make_table(rows: pd.DataFrame) -> pd.DataFrame:
    """See ``problem.shipped``."""
    numbers = [*STORED, *ON_DEMAND]
    return add_on_demand(rows)[[*numbers, *CATEGORIES]].astype(dict.fromkeys(numbers, float))


def publish(rows: pd.DataFrame, home: Path, form: Form) -> None:
    """See ``problem.shipped``."""
    model = fit_on(make_table(rows), rows["late"])
    home.mkdir(parents=True, exist_ok=True)
    if form == "onnx":
        onnx.save(export_model(model), home / FILES[form])
    else:
        joblib.dump(model, home / FILES[form])
    rows.to_parquet(home / "rows.parquet")


def open_model(home: Path) -> Score:
    """What the published model says of a table of one row; raises ``CannotServe``."""
    for form, file in FILES.items():
        if (home / file).exists():
            return _read(home / file, form)
    raise CannotServe(f"no model in {home}: publish one")


def _read(file: Path, form: Form) -> Score:
    try:
        return _open_graph(file) if form == "onnx" else _open_pickle(file)
    except Exception as error:  # readers of both forms raise many kinds
        raise CannotServe(f"{file} cannot be read ({type(error).__name__}): publish the model again") from error


def _open_graph(file: Path) -> Score:
    graph, session = onnx.load(file), onnxruntime.InferenceSession(file)
    return lambda table: float(session.run(None, read_inputs(graph, table))[0][0, 0])


def _open_pickle(file: Path) -> Score:
    model: Pipeline = joblib.load(file)
    return lambda table: float(model.predict_proba(table)[0, 1])
