"""The service over HTTP: the shell that every system gets. It knows no system."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated, Any

from fastapi import Body, FastAPI, Request, Response

from parts.model_service.refusals import REFUSALS, answer_json, document_refusals, explain_refusals
from parts.service_shell.answering import PredictionService, Refused
from parts.service_shell.flight import Answer, Flight, State
from parts.service_shell.metrics import CONTENT_TYPE
from parts.service_shell.predictor import NotAnswered

TITLE = "Will this flight be late?"
LARGEST_BODY = 16_384
"""Bytes; what is larger can be no flight."""
SAYS = REFUSALS | {
    409: "The request lies before, or far after, what the service knows",
    422: "The body is not a flight",
}
document = partial(document_refusals, says=SAYS)


def create_app(service: PredictionService, example: dict[str, Any]) -> FastAPI:
    """The service: ``POST /predict``, ``GET /health``, ``GET /ready``, ``GET /metrics``.

    ``example``: a body that ``/predict`` answers, shown in the OpenAPI document.
    """

    @asynccontextmanager
    async def at_work(_: FastAPI) -> AsyncIterator[None]:
        service.predictor.start()
        gc.collect()
        gc.freeze()  # what is loaded by now stays; to look through it again for garbage would keep a caller waiting
        yield
        gc.unfreeze()
        service.predictor.close()
        service.log.close()

    app = FastAPI(title=TITLE, version="1", lifespan=at_work, max_body_size=LARGEST_BODY)
    _explain(app, service)
    system, examples = service.predictor.system, {"a flight": {"value": example}}

    @app.post("/predict", response_model=Answer, responses=document(400, 409, 413, 422, 503))
    async def predict(flight: Annotated[Flight, Body(openapi_examples=examples)]) -> Response:
        answer = answer_json(service.answer(flight))
        service.metrics.requests.labels(answer.status_code).inc()
        return answer

    @app.get("/health", response_model=State)
    async def health() -> Response:
        return answer_json({"status": "alive", "system": system})

    @app.get("/ready", response_model=State, responses=document(503))
    async def ready() -> Response:
        champion, newest = service.predictor.champion().versions, service.predictor.newest().isoformat()
        return answer_json({"status": "ready", "system": system, "champion": champion, "newest": newest})

    @app.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def metrics() -> Response:
        return Response(service.metrics.text(), media_type=CONTENT_TYPE)

    return app


def _explain(app: FastAPI, service: PredictionService) -> None:
    """Every refusal is a ``Problem``, and one of ``/predict`` is counted."""

    def count(request: Request, status: int) -> None:
        if request.url.path == "/predict":
            service.metrics.requests.labels(status).inc()

    explain_refusals(app, count, SAYS, {Refused: 409, NotAnswered: 503})
