"""Behind the door: rows go to the models, if they were prepared as these were trained."""

import math
import sys
from pathlib import Path
from typing import Any

from parts.model_service.described_service import Answerer, Service
from parts.model_service.refusals import NotAnswered
from parts.model_service.shell import serve
from parts.several_models.answer_of_several import answer_row, demand_known
from parts.several_models.predictors import open_predictors
from parts.several_models.several_asked import LARGEST, RowAsked, SeveralAnswered
from parts.several_models.site_settings import read_serves

AT_ONCE = 16
EXAMPLE = {"preparation": "1", "row": [0.0, None, None, *[None] * 18], "models": ["late"]}


def open_predicting(models: Path) -> Answerer:
    """What answers."""
    predictors = open_predictors(models, read_serves())

    def answer(asked: RowAsked) -> dict[str, Any]:
        for name in demand_known(asked.models, predictors):
            demand_version(asked.preparation, predictors[name].preparation)
        row = [math.nan if value is None else value for value in asked.row]
        return answer_row(predictors, row, asked.models, asked.enough)

    return answer


def demand_version(prepared: str, wanted: str) -> None:
    """Raises ``NotAnswered`` for a row of another preparation: the numbers alone would not show it."""
    if prepared != wanted:
        raise NotAnswered(f"the row is of preparation {prepared}, the model wants {wanted}: release both")


SERVICE = Service("predicting", RowAsked, SeveralAnswered, open_predicting, EXAMPLE, LARGEST, AT_ONCE)

if __name__ == "__main__":
    sys.exit(serve(SERVICE))
