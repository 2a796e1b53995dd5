"""The shell of a service: one door to ask at, health, readiness, metrics, limits, and an end that waits for answers.

``create_app`` puts a ``Service`` behind HTTP, and ``serve`` starts it as a process that gets all it is told from the
environment: ``PORT`` and ``HOST`` to listen on, ``MODELS`` to read models from. It ends when it is asked to (SIGTERM),
once the requests under way are answered, and with status 2 for a setting that is missing.
"""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import uvicorn
from fastapi import Body, FastAPI, Request, Response

from parts.model_service.described_service import Service
from parts.model_service.question import State
from parts.model_service.refusals import answer_json, document_refusals, explain_refusals
from parts.model_service.service_at_work import ServiceAtWork

SETTINGS = ("PORT", "HOST", "MODELS")
METRICS = "text/plain; version=0.0.4; charset=utf-8"


def create_app(service: Service, models: Path) -> FastAPI:
    """``POST /predict``, ``GET /health``, ``GET /ready``, ``GET /metrics``; further doors may be added to it."""
    work = ServiceAtWork(service)

    @asynccontextmanager
    async def at_work(_: FastAPI) -> AsyncIterator[None]:
        work.open(models)
        yield
        service.close()

    app = FastAPI(title=service.name, version="1", lifespan=at_work, max_body_size=service.largest_body)
    explain_refusals(app, work.count)
    _add_question(app, work)

    @app.get("/health", response_model=State)
    async def health() -> Response:
        return answer_json({"status": "alive", "system": service.name})

    @app.get("/ready", response_model=State, responses=document_refusals(503))
    async def ready() -> Response:
        work.find_answerer()
        return answer_json({"status": "ready", "system": service.name})

    @app.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def metrics() -> Response:
        return Response(work.tell(), media_type=METRICS)

    return app


def _add_question(app: FastAPI, work: ServiceAtWork) -> None:
    service, examples = work.service, {"a question": {"value": dict(work.service.example)}}

    @app.post("/predict", response_model=service.answer, responses=document_refusals(400, 409, 413, 422, 503))
    async def predict(
        request: Request,
        question: Annotated[service.question, Body(openapi_examples=examples)],  # type: ignore[name-defined]
    ) -> Response:
        answer = answer_json(await work.answer(question))
        work.count(request, answer.status_code)
        return answer


def serve(service: Service) -> int:
    """Serve until stopped."""
    if missing := [name for name in SETTINGS if not os.environ.get(name)]:
        print(f"{service.name}: set {', '.join(missing)} in the environment", file=sys.stderr)
        return 2
    port, host, models = (os.environ[name] for name in SETTINGS)
    uvicorn.run(create_app(service, Path(models)), host=host, port=int(port), log_level="warning", access_log=False)
    return 0
