"""A service that prepares a question and answers it with the models that it is told to open: one of them, or all.

``BESIDE`` in its environment: how many models are asked at once about one question, in threads; one if it is not set.
"""

import os
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from parts.model_service.described_service import Answerer, Service
from parts.model_service.shell import serve
from parts.several_models.answer_of_several import Run, answer_row
from parts.several_models.predictors import Predictor, open_predictors
from parts.several_models.preparation import read_preparation
from parts.several_models.several_asked import EXAMPLE, LARGEST, SeveralAnswered, SeveralAsked
from parts.several_models.site_settings import read_serves
from problem.monday import NoModel

AT_ONCE = 16
"""Questions: a slow model does not keep those waiting who ask for another one."""
BESIDE = "BESIDE"


def open_models(models: Path) -> Answerer:
    """What answers; raises ``NoModel`` for a model that was fitted on rows of another preparation."""
    preparation = read_preparation(models)
    predictors = open_predictors(models, read_serves())
    demand_match(predictors, preparation.version)
    beside = int(os.environ.get(BESIDE, "1"))
    run: Run = ThreadPoolExecutor(AT_ONCE * beside).map if beside > 1 else map

    def answer(asked: SeveralAsked) -> dict[str, Any]:
        return answer_row(predictors, preparation.prepare(asked), asked.models, asked.enough, run)

    return answer


def demand_match(predictors: Mapping[str, Predictor], preparation: str) -> None:
    """Raises ``NoModel`` if one of them wants rows of another preparation."""
    for name, predictor in predictors.items():
        if predictor.preparation != preparation:
            wants = f"{predictor.version} wants rows of preparation {predictor.preparation}"
            raise NoModel(f"{name}: {wants}, and this is {preparation}: release both")


SERVICE = Service("models", SeveralAsked, SeveralAnswered, open_models, EXAMPLE, LARGEST, AT_ONCE)

if __name__ == "__main__":
    sys.exit(serve(SERVICE))
