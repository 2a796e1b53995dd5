"""The first stage: the fast model answers at once, and the question is kept for the second.

A question is kept before its first answer goes out: whoever holds an id will find the second answer under it, whether
or not anybody waits. If it cannot be kept, the first answer comes without an id: then there will be no second one.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import uvicorn
from fastapi import FastAPI, Response
from fastapi import Path as InPath
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from parts.answer_desk.answer_desk import Desk
from parts.model_service.described_service import Answerer, Service
from parts.model_service.refusals import answer_json, document_refusals
from parts.model_service.shell import SETTINGS, create_app
from parts.vector_models.compiled_scoring import open_graph
from parts.vector_models.vector_question import EXAMPLE, StagedAnswer, VectorQuestion, read_row
from problem.too_big import FAST

PATIENCE = 0.1
"""Seconds that a first answer may wait for the desk."""
NOBODY = "No question was taken in under this id, or its answer is too old"


class SecondAnswer(BaseModel):
    """``state`` is failed if the big model could not answer, however often it was asked."""

    state: Literal["waiting", "ready", "failed"]
    prediction: float | None
    model_version: str | None


def describe(desk: Desk) -> Service:
    """What is particular to this service."""

    def open_model(models: Path) -> Answerer:
        version, score = open_graph(models / FAST)

        def answer(asked: Any) -> Mapping[str, Any]:
            row = read_row(asked)
            (risk,) = score([row])
            return {"prediction": risk, "model_version": version, "final": False, "answer_id": desk.accept(row)}

        return answer

    return Service("multi_stage", VectorQuestion, StagedAnswer, open_model, EXAMPLE, close=desk.close)


def make_app(models: Path, desk: Desk) -> FastAPI:
    """The shell's doors, and one to fetch second answers at."""
    app = create_app(describe(desk), models)

    @app.get("/answers/{answer_id}", response_model=SecondAnswer, responses=document_refusals(404, says={404: NOBODY}))
    async def fetch(answer_id: Annotated[str, InPath(max_length=64)]) -> Response:
        if (later := desk.find(answer_id)) is None:
            raise HTTPException(404, NOBODY)
        return answer_json(later._asdict())

    return app


def main() -> int:
    """Serve until stopped; see ``parts.model_service.shell``."""
    if missing := [name for name in (*SETTINGS, "DESK") if not os.environ.get(name)]:
        print(f"multi_stage: set {', '.join(missing)} in the environment", file=sys.stderr)
        return 2
    port, host, models, desk = (os.environ[name] for name in (*SETTINGS, "DESK"))
    app = make_app(Path(models), Desk(Path(desk), PATIENCE))
    uvicorn.run(app, host=host, port=int(port), log_level="warning", access_log=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
