"""Refusals as RFC 9457 has them."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import Response

from parts.service_shell.flight import Problem

REFUSALS = {
    400: "The body is no text that could be JSON",
    409: "The request lies before, or far after, what the service knows",
    413: "The body is too large",
    422: "The body is not a flight",
    503: "The service is alive and cannot answer now",
}
MEDIA_TYPE = "application/problem+json"


def answer_problem(status: int, detail: str, faults: Sequence[Mapping[str, str]] = ()) -> Response:
    """A refusal that says why."""
    body = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail, "faults": list(faults)}
    return answer_json(body, status, MEDIA_TYPE)


def answer_json(body: Mapping[str, Any], status: int = 200, media_type: str = "application/json") -> Response:
    """A response of plain values."""
    return Response(json.dumps(body), status, media_type=media_type)


def document_refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """These refusals for an OpenAPI document."""
    return {status: {"content": _content(status), "description": REFUSALS[status]} for status in statuses}


def _content(status: int) -> dict[str, Any]:
    schema = Problem.model_json_schema()
    schema["properties"]["faults"]["items"] = schema.pop("$defs")["Fault"]  # OpenAPI keeps no definitions in here
    found: dict[str, Any] = {MEDIA_TYPE: {"schema": schema}}
    if status == 413:  # a length that is announced is refused before the application is asked
        found["text/plain"] = {"schema": {"type": "string"}}
    return found
