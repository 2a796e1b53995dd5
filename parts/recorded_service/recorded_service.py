"""What is particular to a service whose answers are recorded: the side says how, the environment which of its forms."""

import os
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter, time
from typing import Any

from parts.late_service.late_service import Answer
from parts.model_service.described_service import Answerer, Service
from parts.vector_models.vector_question import EXAMPLE, VectorQuestion, read_row
from problem.ask_or_queue import NAME, CostlyModel, open_model
from problem.contract import CATEGORIES
from problem.recorded import Answered, Forms, Recorder
from problem.too_big import Row

FORM, RECORDS = "FORM", "RECORDS"
"""In the environment: the name of a form, and the folder of its records."""
RELEASE = "1"


class NoRecorder(LookupError):
    """No form of that name, or no folder: the message says which."""


def describe_service(forms: Forms) -> Service:
    """The service with one of these forms."""
    opened: list[Recorder] = []

    def open_answerer(models: Path) -> Answerer:
        model = open_model(models)
        opened.append(open_recorder(forms))
        return lambda asked: answer(asked, model, opened[-1])

    def close() -> None:
        for recorder in opened:
            recorder.close()

    return Service(NAME, VectorQuestion, Answer, open_answerer, EXAMPLE, close=close)


def open_recorder(forms: Forms) -> Recorder:
    """The form that the environment names; raises ``NoRecorder``."""
    name, folder = os.environ.get(FORM, ""), os.environ.get(RECORDS, "")
    if name not in forms or not folder:
        raise NoRecorder(f"set {FORM} to one of {', '.join(map(repr, forms))}, and {RECORDS} to a folder")
    try:
        return forms[name].open(Path(folder))
    except OSError as error:
        raise NoRecorder(f"answers cannot be recorded, so none is given: {error}") from error


def answer(asked: Any, model: CostlyModel, recorder: Recorder) -> Mapping[str, Any]:
    """The answer to a ``VectorQuestion``; it is recorded before it leaves."""
    began, row = perf_counter(), read_row(asked)
    [said] = model.answer([name_values(row)])
    answered = Answered(
        answered_at=time(),
        flight_id=asked.flight_id,
        caller="app",
        instance=str(os.getpid()),
        release=RELEASE,
        model_version=said["model_version"],
        prediction=said["prediction"],
        milliseconds={"": (perf_counter() - began) * 1000},
        ages={},
        features=row,
    )
    recorder.record(answered)
    return said


def name_values(row: Row) -> dict[str, float]:
    """The features as the model has them: numbers by name; a category's value is a name of its own."""
    numbers = {name: float(value) for name, value in row.items() if name not in CATEGORIES and value is not None}
    named = {f"{name}={row[name]}": 1.0 for name in CATEGORIES}
    return numbers | named | {"distance": numbers.get("distance", 0.0) / 1000}
