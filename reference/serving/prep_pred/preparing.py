"""The door: a question becomes a row, and goes with its version to whoever predicts."""

import math
import sys
from pathlib import Path
from typing import Any

from parts.model_service.described_service import Answerer, Service
from parts.model_service.shell import serve
from parts.several_models.preparation import read_preparation
from parts.several_models.several_asked import EXAMPLE, LARGEST, SeveralAnswered, SeveralAsked
from parts.several_models.site_settings import open_neighbours
from reference.serving.prep_pred.site import PREDICTING

AT_ONCE = 16


def open_preparing(models: Path) -> Answerer:
    """What answers."""
    preparation, predicting = read_preparation(models), open_neighbours()[PREDICTING]

    def answer(asked: SeveralAsked) -> dict[str, Any]:
        row = [None if math.isnan(value) else value for value in preparation.prepare(asked)]
        told = {"preparation": preparation.version, "row": row, "models": asked.models, "enough": asked.enough}
        return predicting.ask(told)

    return answer


SERVICE = Service("preparing", SeveralAsked, SeveralAnswered, open_preparing, EXAMPLE, LARGEST, AT_ONCE)

if __name__ == "__main__":
    sys.exit(serve(SERVICE))
