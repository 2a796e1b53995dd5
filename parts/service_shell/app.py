"""The service over HTTP: the shell that every system gets. It knows no system."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated, Any

from fastapi import Body, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from parts.service_shell.answering import PredictionService, Refused
from parts.service_shell.flight import Answer, Flight, State
from parts.service_shell.http_errors import REFUSALS, answer_json, answer_problem, document_refusals
from parts.service_shell.metrics import CONTENT_TYPE
from parts.service_shell.predictor import NotAnswered

TITLE = "Will this flight be late?"
LARGEST_BODY = 16_384
"""Bytes; what is larger can be no flight."""


def create_app(service: PredictionService, example: dict[str, Any]) -> FastAPI:
    """The service: ``POST /predict``, ``GET /health``, ``GET /ready``, ``GET /metrics``.

    ``example``: a body that ``/predict`` answers, shown in the OpenAPI document.
    """
    app = FastAPI(title=TITLE, version="1", lifespan=_at_work(service), max_body_size=LARGEST_BODY)
    _explain(app, service)
    system, examples = service.predictor.system, {"a flight": {"value": example}}

    @app.post("/predict", response_model=Answer, responses=document_refusals(400, 409, 413, 422, 503))
    async def predict(flight: Annotated[Flight, Body(openapi_examples=examples)]) -> Response:
        answer = answer_json(service.answer(flight))
        service.metrics.requests.labels(answer.status_code).inc()
        return answer

    @app.get("/health", response_model=State)
    async def health() -> Response:
        return answer_json({"status": "alive", "system": system})

    @app.get("/ready", response_model=State, responses=document_refusals(503))
    async def ready() -> Response:
        champion, newest = service.predictor.champion().versions, service.predictor.newest().isoformat()
        return answer_json({"status": "ready", "system": system, "champion": champion, "newest": newest})

    @app.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def metrics() -> Response:
        return Response(service.metrics.text(), media_type=CONTENT_TYPE)

    return app


def _at_work(service: PredictionService) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.predictor.start()
        yield
        service.predictor.close()
        service.log.close()

    return lifespan


def _explain(app: FastAPI, service: PredictionService) -> None:
    """Every refusal is a ``Problem``, and one of ``/predict`` is counted."""

    def explained(request: Request, status: int, *said: Any) -> Response:
        if request.url.path == "/predict":
            service.metrics.requests.labels(status).inc()
        return answer_problem(status, *said)

    @app.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> Response:
        return explained(request, 409, str(error))

    @app.exception_handler(NotAnswered)
    async def not_answered(request: Request, error: NotAnswered) -> Response:
        return explained(request, 503, str(error))

    @app.exception_handler(RequestValidationError)
    async def not_a_flight(request: Request, error: RequestValidationError) -> Response:
        faults = [{"where": ".".join(map(str, fault["loc"])), "why": fault["msg"]} for fault in error.errors()]
        return explained(request, 422, REFUSALS[422], faults)

    @app.exception_handler(HTTPException)
    async def anything_else(request: Request, error: HTTPException) -> Response:
        answer = explained(request, error.status_code, str(error.detail))
        answer.headers.update(error.headers or {})
        return answer
