"""The web side of a queue: it accepts questions, tells what has become of them, and opens no model.

``POST /predict``: 202 and a ticket, once the question is in the queue; 503 if it cannot be. ``GET /answers/TICKET``:
the answer, 202 as long as there is none, 409 for a question that was set aside. ``GET /queue``: how many wait, and
those that were set aside, with the reason. Health, readiness and metrics as in ``parts.model_service``.
"""

import json
import os
import sys
from typing import Annotated, Any

import uvicorn
from fastapi import Body, FastAPI, Request, Response
from pydantic import BaseModel

from parts.accepting_service.acceptance import Acceptance
from parts.model_service.described_service import Service
from parts.model_service.question import State
from parts.model_service.refusals import STATUSES, Refused, answer_json, document_refusals, explain_refusals
from parts.model_service.service_at_work import ServiceAtWork
from parts.model_service.shell import METRICS, SETTINGS
from parts.queue.queues import ANSWERED, ASIDE, PATIENCE, NoQueue, Queue, Standing, open_queue


class Ticket(BaseModel):
    """``ticket``: ask for ``/answers/TICKET``."""

    ticket: str
    status: str


class Unknown(LookupError):
    """A ticket that was never given out."""


def create_app(service: Service, where: str, patience: float = PATIENCE) -> FastAPI:
    """The web side of the queue that a line of configuration names; raises ``NoQueue``.

    ``patience``: seconds that a caller is kept waiting for a queue that does not react, until it is refused.
    """
    kept, read = open_queue(where, patience=patience), open_queue(where, patience=patience)
    work = ServiceAtWork(service)
    app = FastAPI(title=service.name, version="1", max_body_size=service.largest_body)
    explain_refusals(app, work.count, statuses={**STATUSES, NoQueue: 503, Unknown: 404})
    _add_question(app, work, Acceptance(kept))
    _add_answers(app, service, read)

    @app.get("/health", response_model=State)
    async def health() -> Response:
        return answer_json({"status": "alive", "system": service.name})

    @app.get("/ready", response_model=State, responses=document_refusals(503))
    async def ready() -> Response:
        read.find("a ticket that nobody has")
        return answer_json({"status": "ready", "system": service.name})

    @app.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def metrics() -> Response:
        return Response(work.tell(), media_type=METRICS)

    return app


def _add_question(app: FastAPI, work: ServiceAtWork, acceptance: Acceptance) -> None:
    service, examples = work.service, {"a question": {"value": dict(work.service.example)}}

    @app.post("/predict", status_code=202, response_model=Ticket, responses=document_refusals(400, 413, 422, 503))
    async def predict(
        request: Request,
        question: Annotated[service.question, Body(openapi_examples=examples)],  # type: ignore[name-defined]
    ) -> Response:
        told = _tell_ticket(await acceptance.accept(question.model_dump_json()))
        work.count(request, told.status_code)
        return told


def _add_answers(app: FastAPI, service: Service, queue: Queue) -> None:
    later: dict[int | str, dict[str, Any]] = {202: {"model": Ticket}, **document_refusals(409)}

    @app.get("/answers/{ticket}", response_model=service.answer, responses=later)
    async def answer(ticket: str) -> Response:
        found = queue.find(ticket)
        if found is None:
            raise Unknown(f"no question was accepted as {ticket}")
        if found.state == ASIDE:
            raise Refused(f"tried {found.tries} times and set aside: {found.why}")
        return answer_json(json.loads(found.answer)) if found.state == ANSWERED else _tell_ticket(ticket)

    @app.get("/queue")
    async def show() -> dict[str, Any]:
        return {"messages": queue.count(), ASIDE: [_show_message(each) for each in queue.list_messages(ASIDE)]}


def _show_message(message: Standing) -> dict[str, Any]:
    return {"ticket": message.ticket, "tries": message.tries, "why": message.why, "body": message.body}


def _tell_ticket(ticket: str) -> Response:
    told = answer_json({"ticket": ticket, "status": "waiting"}, status=202)
    told.headers["Location"] = f"/answers/{ticket}"
    return told


def serve(service: Service, where: str) -> int:
    """Serve until stopped; 2 for a setting that is missing, and for a queue that cannot be used."""
    if missing := [name for name in SETTINGS if not os.environ.get(name)]:
        print(f"{service.name}: set {', '.join(missing)} in the environment", file=sys.stderr)
        return 2
    try:
        app = create_app(service, where)
    except (NoQueue, ValueError) as error:
        print(f"{service.name}: {error}", file=sys.stderr)
        return 2
    uvicorn.run(app, host=os.environ["HOST"], port=int(os.environ["PORT"]), log_level="warning", access_log=False)
    return 0
