"""Refusals: each has a status and says why, in the same form, and is counted and documented as it comes."""

import json
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from parts.model_service.question import Problem

REFUSALS = {
    400: "The body is no text that could be JSON",
    409: "The question is well formed, and the service cannot know the answer",
    413: "The body is too large",
    422: "The body is not a question",
    503: "The service is alive and cannot answer now",
}
PROBLEM = "application/problem+json"
"""The media type of a refusal (RFC 9457)."""


class Refused(Exception):
    """A question that is well formed and cannot be answered; its text says why, for the caller."""


class NotAnswered(Exception):
    """The service is alive and cannot answer now; its text says why, for the caller."""


STATUSES: Mapping[type[Exception], int] = {Refused: 409, NotAnswered: 503}


def explain_refusals(
    app: FastAPI,
    count: Callable[[Request, int], None],
    says: Mapping[int, str] = REFUSALS,
    statuses: Mapping[type[Exception], int] = STATUSES,
) -> None:
    """Every refusal of the app is a ``Problem``; ``count`` is told of each. ``statuses``: by what is raised."""

    def explained(request: Request, status: int, detail: str, faults: Sequence[Mapping[str, str]] = ()) -> Response:
        count(request, status)
        body = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail, "faults": list(faults)}
        return answer_json(body, status, PROBLEM)

    async def refused(request: Request, error: Exception) -> Response:
        status = next(status for kind, status in statuses.items() if isinstance(error, kind))
        return explained(request, status, str(error))

    for kind in statuses:
        app.add_exception_handler(kind, refused)

    @app.exception_handler(RequestValidationError)
    async def no_question(request: Request, error: RequestValidationError) -> Response:
        faults = [{"where": ".".join(map(str, fault["loc"])), "why": fault["msg"]} for fault in error.errors()]
        return explained(request, 422, says[422], faults)

    @app.exception_handler(HTTPException)
    async def anything_else(request: Request, error: HTTPException) -> Response:
        answer = explained(request, error.status_code, str(error.detail))
        answer.headers.update(error.headers or {})
        return answer


def answer_json(body: Any, status: int = 200, media_type: str = "application/json") -> Response:
    """A response of plain values."""
    return Response(json.dumps(body), status, media_type=media_type)


def document_refusals(*statuses: int, says: Mapping[int, str] = REFUSALS) -> dict[int | str, dict[str, Any]]:
    """These refusals for an OpenAPI document."""
    return {status: {"content": _describe(status), "description": says[status]} for status in statuses}


def _describe(status: int) -> dict[str, Any]:
    schema = Problem.model_json_schema()
    schema["properties"]["faults"]["items"] = schema.pop("$defs")["Fault"]  # OpenAPI keeps no definitions in here
    # A length that is announced is refused before the application is asked.
    plain = {"text/plain": {"schema": {"type": "string"}}} if status == 413 else {}
    return {PROBLEM: {"schema": schema}, **plain}
