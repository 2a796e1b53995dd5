"""The service that devices ask: a vector comes in, the probability that the flight is late goes out."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, create_model

from parts.model_folder.model_folder import ModelFolder
from parts.model_service.described_service import Answerer, Service
from parts.model_service.question import Question
from parts.model_service.shell import serve
from problem.contract import CATEGORIES, FEATURES

NUMBERS = [name for name in FEATURES if name not in CATEGORIES]
FIELDS: dict[str, Any] = {name: (str | None if name in CATEGORIES else float | None, ...) for name in FEATURES}
EXAMPLE = {name: "UA" if name in CATEGORIES else 1.0 for name in FEATURES}


class Answer(BaseModel):
    """The probability that the flight is late, and what said it."""

    prediction: float
    model_version: str


def open_model(home: Path) -> Answerer:
    """The model in force; raises ``LookupError``."""
    models = ModelFolder(home)
    version, model = f"late/{models.find_in_force()}", models.load()

    def answer(question: Any) -> Mapping[str, Any]:
        vector = pd.DataFrame([question.model_dump()]).astype(dict.fromkeys(NUMBERS, float))
        return {"prediction": float(model.predict_proba(vector)[0, 1]), "model_version": version}

    return answer


VECTORS = Service(
    name="late on a device",
    question=create_model("VectorQuestion", __base__=Question, **FIELDS),
    answer=Answer,
    open_model=open_model,
    example=EXAMPLE,
)

if __name__ == "__main__":
    sys.exit(serve(VECTORS))
