"""The service with rules around its model: what a side brings along is only how it comes to its rules.

``GET /behaviour`` says which rules are in force in this process: whoever runs several can compare them.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import uvicorn
from fastapi import FastAPI, Response
from pydantic import BaseModel, Field

from parts.model_export.graph_scoring import open_graph
from parts.model_service.described_service import Answerer, Service
from parts.model_service.refusals import answer_json
from parts.model_service.shell import SETTINGS, create_app
from parts.vector_models.vector_question import EXAMPLE, VectorQuestion, read_row
from problem.behaviour import AS_IT_IS, TABLE, Behaviour, Treatment
from problem.too_big import Row

NAME, GRAPH, RATES = "treated", "late.onnx", "rates.json"
"""In the folder of models: the graph, and a rate for each hour of the day."""
DOOR = "/behaviour"


class Answer(BaseModel):
    """``prediction``: the probability that the flight is late; ``by``: who says so; ``rule``: which rule was followed,
    "" for none; ``behaviour``: the version of all rules."""

    prediction: Annotated[float, Field(ge=0, le=1)]
    by: str
    rule: str
    behaviour: int


class NoModel(LookupError):
    """The folder has no model and table: the message says what to do."""


def describe_service(behaviour: Behaviour) -> Service:
    """The service whose rules come from there."""

    def open_answerer(models: Path) -> Answerer:
        behaviour.start()
        return make_answerer(models, behaviour)

    return Service(NAME, VectorQuestion, Answer, open_answerer, EXAMPLE, close=behaviour.close)


def make_answerer(models: Path, behaviour: Behaviour) -> Answerer:
    """What answers; raises ``NoModel``."""
    try:
        score = open_graph((models / GRAPH).read_bytes())
        rates: Sequence[float] = json.loads((models / RATES).read_text())
    except OSError as error:
        raise NoModel(f"no {GRAPH} and {RATES} in {models}: put them there") from error

    def answer(asked: VectorQuestion) -> Mapping[str, Any]:  # type: ignore[valid-type]
        row = dict(read_row(asked))
        rule = behaviour.find_rule(row)
        then = rule.then if rule else AS_IT_IS
        risk = look_up(rates, row) if then.by == TABLE else score(row | dict.fromkeys(then.without))
        told = {"by": then.by, "rule": rule.name if rule else "", "behaviour": behaviour.tell().version}
        return {"prediction": turn_odds(risk, then), **told}

    return answer


def look_up(rates: Sequence[float], row: Row) -> float:
    """The rate of the hour; the mean of all where it is not known."""
    hour = row["local_hour"]
    return sum(rates) / len(rates) if hour is None else rates[int(hour) % len(rates)]


def turn_odds(risk: float, then: Treatment) -> float:
    """A probability after its odds were multiplied as the treatment says."""
    return then.odds * risk / (1 + (then.odds - 1) * risk)


def serve(behaviour: Behaviour) -> int:
    """Serve until stopped; told by the environment as every service of this shell is."""
    if missing := [name for name in SETTINGS if not os.environ.get(name)]:
        print(f"{NAME}: set {', '.join(missing)} in the environment", file=sys.stderr)
        return 2
    port, host, models = (os.environ[name] for name in SETTINGS)
    app = create_app(describe_service(behaviour), Path(models))
    _add_door(app, behaviour)
    uvicorn.run(app, host=host, port=int(port), log_level="warning", access_log=False)
    return 0


def _add_door(app: FastAPI, behaviour: Behaviour) -> None:
    @app.get(DOOR)
    async def tell() -> Response:
        return answer_json(behaviour.tell()._asdict())
