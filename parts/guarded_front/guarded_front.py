"""The front: it asks the model that it knows the address of, behind the guards that it is told.

``GUARDS`` in its environment: ``problem.rush.Guards`` as JSON; beside it what every part of a site is told.
"""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from parts.guarded_front.guarding import guard
from parts.guarded_front.hourly_table import read_table
from parts.model_service.described_service import Answerer, Service
from parts.model_service.refusals import NotAnswered
from parts.model_service.shell import serve
from parts.several_models.several_asked import EXAMPLE, LARGEST, SeveralAnswered, SeveralAsked
from parts.several_models.site_settings import LIMIT, NotSet, open_neighbours, tell_part
from problem.rush import EVERYBODY, Guards

GUARDS, MODEL = "GUARDS", "model"
THREADS = 40
"""Questions that are put to the model at once; the usual size of a web server's pool."""


def tell_front(guards: Guards, model: str) -> dict[str, str]:
    """The environment of a front beside what every service is told. ``model``: the URL of the model's process."""
    return {**tell_part((), {MODEL: model}), GUARDS: json.dumps(guards._asdict()), LIMIT: str(guards.limit)}


def read_guards(told: Mapping[str, str]) -> Guards:
    """The guards of an environment; raises ``NotSet``."""
    try:
        return Guards(**json.loads(told[GUARDS]))
    except (KeyError, ValueError, TypeError) as error:
        raise NotSet(f"set {GUARDS} in the environment to guards as JSON") from error


def open_front(models: Path) -> Answerer:
    """What answers: the model, or why it does not, or the table; raises ``NoModel`` and ``NotSet``."""
    guards, neighbour = read_guards(os.environ), open_neighbours()[MODEL]
    ask, table = guard(neighbour.ask, guards), read_table(models) if guards.table else None

    def answer(asked: SeveralAsked) -> dict[str, Any]:
        try:
            return ask(asked.model_dump(mode="json"))
        except NotAnswered as error:
            if table is None:
                raise
            return table.answer(asked, str(error))

    return answer


def open_at_work(models: Path) -> Answerer:
    """The same in a running event loop, whose threads from then on are ``THREADS``."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
    return open_front(models)


SERVICE = Service("front", SeveralAsked, SeveralAnswered, open_at_work, EXAMPLE, LARGEST, EVERYBODY)

if __name__ == "__main__":
    sys.exit(serve(SERVICE))
