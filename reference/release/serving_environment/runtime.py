"""From a published file to answers. Only what that file needs is loaded, and the file says which inputs it wants."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from parts.flight_service.app import CannotServe, Row

NUMBERS = "numbers"


class Model(NamedTuple):
    """``wants``: the names of its inputs; ``score``: what it says of a row that has them."""

    wants: list[str]
    score: Callable[[Row], float]


def open_model(home: Path) -> Model:
    """The published model; raises ``CannotServe``."""
    for file, reader in ((home / "model.onnx", _open_graph), (home / "model.joblib", _open_pickle)):
        if file.exists():
            return _read(file, reader)
    raise CannotServe(f"no model in {home}: publish one")


def _read(file: Path, reader: Callable[[Path], Model]) -> Model:
    try:
        return reader(file)
    except Exception as error:  # readers of both forms raise many kinds
        raise CannotServe(f"{file} cannot be read ({type(error).__name__}): publish the model again") from error


def _open_graph(file: Path) -> Model:
    import numpy as np
    import onnxruntime

    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    *categories, _ = [each.name for each in session.get_inputs()]
    numbers = session.get_modelmeta().graph_description.removeprefix(f"{NUMBERS}: ").split(", ")

    def score(row: Row) -> float:
        texts = {name: np.array([[row[name] or ""]], dtype=object) for name in categories}
        values = np.array([[row[name] for name in numbers]], dtype=float)  # None becomes NaN
        return float(session.run(None, {**texts, NUMBERS: values})[0][0, 0])

    return Model([*categories, *numbers], score)


def _open_pickle(file: Path) -> Model:
    import joblib
    import pandas as pd

    model = joblib.load(file)
    wants, (_, _, categories) = list(model.feature_names_in_), model[0].transformers_[0]
    numbers = [name for name in wants if name not in categories]

    def score(row: Row) -> float:
        vector = pd.DataFrame([{name: row[name] for name in wants}])
        return float(model.predict_proba(vector.astype(dict.fromkeys(numbers, float)))[0, 1])

    return Model(wants, score)
