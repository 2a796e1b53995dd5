"""The door: models are asked one after the other until one is sure enough; one that does not answer is left out."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from parts.model_service.described_service import Answerer, Service
from parts.model_service.refusals import NotAnswered
from parts.model_service.shell import serve
from parts.several_models.answer_of_several import NOT_NEEDED, Told, answer_row, demand_known
from parts.several_models.models_service import demand_match
from parts.several_models.neighbour import Neighbour
from parts.several_models.predictors import open_predictors
from parts.several_models.preparation import read_preparation
from parts.several_models.several_asked import EXAMPLE, LARGEST, SeveralAnswered, SeveralAsked
from parts.several_models.site_settings import open_neighbours, read_serves

AT_ONCE = 16


def open_cascade(models: Path) -> Answerer:
    """What answers."""
    preparation, here, behind = read_preparation(models), open_predictors(models, read_serves()), open_neighbours()
    demand_match(here, preparation.version)

    def answer(asked: SeveralAsked) -> dict[str, Any]:
        told = Told()
        for name in demand_known(asked.models, (*here, *behind)):
            if told.is_enough(asked.enough):
                told.leave_out(name, NOT_NEEDED)
            elif name in here:
                told.add_all(answer_row(here, preparation.prepare(asked), [name], None))
            else:
                ask_behind(told, name, asked, behind)
        return told.finish()

    return answer


def ask_behind(told: Told, name: str, asked: SeveralAsked, behind: Mapping[str, Neighbour]) -> None:
    """What a model in another process says, or why it says nothing."""
    try:
        told.add_all(behind[name].ask(asked.model_dump(mode="json") | {"models": [name], "enough": None}))
    except NotAnswered as error:
        told.leave_out(name, str(error))


SERVICE = Service("cascade", SeveralAsked, SeveralAnswered, open_cascade, EXAMPLE, LARGEST, AT_ONCE)

if __name__ == "__main__":
    sys.exit(serve(SERVICE))
