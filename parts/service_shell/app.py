"""The service over HTTP: the shell that every system gets. It knows no system."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Body, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from parts.service_shell.answering import PredictionService, Refused
from parts.service_shell.flight import Answer, Flight, Problem, State
from parts.service_shell.metrics import CONTENT_TYPE
from parts.service_shell.predictor import NotAnswered

TITLE = "Will this flight be late?"
LARGEST_BODY = 16_384
"""Bytes; what is larger can be no flight."""
REFUSALS = {
    400: "The body is no text that could be JSON",
    409: "The request lies before, or far after, what the service knows",
    413: "The body is too large",
    422: "The body is not a flight",
    503: "The service is alive and cannot answer now",
}
PROBLEM = "application/problem+json"
"""The media type of a refusal (RFC 9457)."""


def create_app(service: PredictionService, example: dict[str, Any]) -> FastAPI:
    """The service: ``POST /predict``, ``GET /health``, ``GET /ready``, ``GET /metrics``.

    ``example``: a body that ``/predict`` answers, shown in the OpenAPI document.
    """

    @asynccontextmanager
    async def at_work(_: FastAPI) -> AsyncIterator[None]:
        service.predictor.start()
        yield
        service.predictor.close()
        service.log.close()

    app = FastAPI(title=TITLE, version="1", lifespan=at_work, max_body_size=LARGEST_BODY)
    _explain(app, service)
    system, examples = service.predictor.system, {"a flight": {"value": example}}

    @app.post("/predict", response_model=Answer, responses=_document_refusals(400, 409, 413, 422, 503))
    async def predict(flight: Annotated[Flight, Body(openapi_examples=examples)]) -> Response:
        answer = _answer_json(service.answer(flight))
        service.metrics.requests.labels(answer.status_code).inc()
        return answer

    @app.get("/health", response_model=State)
    async def health() -> Response:
        return _answer_json({"status": "alive", "system": system})

    @app.get("/ready", response_model=State, responses=_document_refusals(503))
    async def ready() -> Response:
        champion, newest = service.predictor.champion().versions, service.predictor.newest().isoformat()
        return _answer_json({"status": "ready", "system": system, "champion": champion, "newest": newest})

    @app.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def metrics() -> Response:
        return Response(service.metrics.text(), media_type=CONTENT_TYPE)

    return app


def _explain(app: FastAPI, service: PredictionService) -> None:
    """Every refusal is a ``Problem``, and one of ``/predict`` is counted."""

    def explained(request: Request, status: int, detail: str, faults: Sequence[Mapping[str, str]] = ()) -> Response:
        if request.url.path == "/predict":
            service.metrics.requests.labels(status).inc()
        body = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail, "faults": list(faults)}
        return _answer_json(body, status, PROBLEM)

    @app.exception_handler(Refused)
    @app.exception_handler(NotAnswered)
    async def refused(request: Request, error: Exception) -> Response:
        return explained(request, 409 if isinstance(error, Refused) else 503, str(error))

    @app.exception_handler(RequestValidationError)
    async def not_a_flight(request: Request, error: RequestValidationError) -> Response:
        faults = [{"where": ".".join(map(str, fault["loc"])), "why": fault["msg"]} for fault in error.errors()]
        return explained(request, 422, REFUSALS[422], faults)

    @app.exception_handler(HTTPException)
    async def anything_else(request: Request, error: HTTPException) -> Response:
        answer = explained(request, error.status_code, str(error.detail))
        answer.headers.update(error.headers or {})
        return answer


def _answer_json(body: Mapping[str, Any], status: int = 200, media_type: str = "application/json") -> Response:
    return Response(json.dumps(body), status, media_type=media_type)


def _document_refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """These refusals for an OpenAPI document."""
    return {status: {"content": _describe_content(status), "description": REFUSALS[status]} for status in statuses}


def _describe_content(status: int) -> dict[str, Any]:
    schema = Problem.model_json_schema()
    schema["properties"]["faults"]["items"] = schema.pop("$defs")["Fault"]  # OpenAPI keeps no definitions in here
    # A length that is announced is refused before the application is asked.
    plain = {"text/plain": {"schema": {"type": "string"}}} if status == 413 else {}
    return {PROBLEM: {"schema": schema}, **plain}
