"""From a published file to answers. Only what that file needs is loaded, and the file says which inputs it wants."""

from collections.abc import Callable
from pathlib import Path

from parts.flight_service.app import CannotServe, Row

Score = Callable[[Row], float]
NUMBERS = "numbers"


def open_model(home: Path) -> Score:
    """What the published model says of one row of features; raises ``CannotServe``."""
    for file, reader in ((home / "model.onnx", _open_graph), (home / "model.joblib", _open_pickle)):
        if file.exists():
            return _read(file, reader)
    raise CannotServe(f"no model in {home}: publish one")


def _read(file: Path, reader: Callable[[Path], Score]) -> Score:
    try:
        score = reader(file)
    except Exception as error:  # readers of both forms raise many kinds
        raise CannotServe(f"{file} cannot be read ({type(error).__name__}): publish the model again") from error

    def score_or_say(row: Row) -> float:
        try:
            return score(row)
        except KeyError as error:
            raise CannotServe(f"the model wants {error}, which this service does not make: ship both anew") from error

    return score_or_say


def _open_graph(file: Path) -> Score:
    import numpy as np
    import onnxruntime

    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    *categories, _ = [each.name for each in session.get_inputs()]
    numbers = session.get_modelmeta().graph_description.removeprefix(f"{NUMBERS}: ").split(", ")

    def score(row: Row) -> float:
        texts = {name: np.array([[row[name] or ""]], dtype=object) for name in categories}
        values = np.array([[row[name] for name in numbers]], dtype=float)  # None becomes NaN
        return float(session.run(None, {**texts, NUMBERS: values})[0][0, 0])

    return score


def _open_pickle(file: Path) -> Score:
    import joblib
    import pandas as pd

    model = joblib.load(file)
    names = list(model.feature_names_in_)

    def score(row: Row) -> float:
        vector = pd.DataFrame([{name: row[name] for name in names}])
        numbers = [name for name in names if name not in model[0].transformers_[0][2]]
        return float(model.predict_proba(vector.astype(dict.fromkeys(numbers, float)))[0, 1])

    return score
