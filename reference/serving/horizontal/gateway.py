"""The door: all models that are wanted are asked at once, and what has not come within the limit is left out."""

import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from parts.model_service.described_service import Answerer, Service
from parts.model_service.refusals import NotAnswered
from parts.model_service.shell import serve
from parts.several_models.answer_of_several import Told, demand_known
from parts.several_models.neighbour import Neighbour
from parts.several_models.several_asked import EXAMPLE, LARGEST, SeveralAnswered, SeveralAsked
from parts.several_models.site_settings import open_neighbours

AT_ONCE = 16


def open_gateway(models: Path) -> Answerer:
    """What answers; it asks all models, whatever is enough, as waiting for the first would cost more time."""
    neighbours = open_neighbours()
    pool = ThreadPoolExecutor(AT_ONCE * len(neighbours))

    def answer(asked: SeveralAsked) -> dict[str, Any]:
        names, told = demand_known(asked.models, neighbours), Told()
        body = asked.model_dump(mode="json")
        for name, answer in zip(names, pool.map(partial(try_model, neighbours, body), names), strict=True):
            if isinstance(answer, NotAnswered):
                told.leave_out(name, str(answer))
            else:
                told.add_all(answer)
        return told.finish()

    return answer


def try_model(
    neighbours: Mapping[str, Neighbour], body: Mapping[str, Any], name: str
) -> Mapping[str, Any] | NotAnswered:
    """What a model says, or why it says nothing."""
    try:
        return neighbours[name].ask({**body, "models": [name], "enough": None})
    except NotAnswered as error:
        return error


SERVICE = Service("gateway", SeveralAsked, SeveralAnswered, open_gateway, EXAMPLE, LARGEST, AT_ONCE)

if __name__ == "__main__":
    sys.exit(serve(SERVICE))
