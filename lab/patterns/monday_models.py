"""Ten models that are to answer, what each is asked, and what it has to say, in another way than a service has it."""

import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from parts.deployed_service.example_request import EXAMPLE
from problem.monday import KNOWN, read_model

Body = dict[str, Any]
FLIGHT: Body = EXAMPLE
MANY = 500
"""Flights in the largest question."""
SMALL = 16_384
NUMBERS = {
    "distance": 0.2,
    "hour": 0.03,
    "wind": 0.4,
    "visibility": -0.1,
    "inbound": 0.9,
    "departures": 2.5,
    "word=late,": 0.7,
}


class Wanted(NamedTuple):
    """What a model's service has to do.

    ``body``: a question, of which ``answer`` says what is to be told, for ``numbers`` drawn from the model's file;
    ``whole``: the names of a number in it that is whole; ``largest``: a question that is still to be answered;
    ``limit``: bytes beyond which nothing can be a question; ``refused``: one that is well formed and refused (409).
    """

    body: Body
    answer: Callable[[Path], Any]
    whole: tuple[str | int, ...] = ("distance",)
    largest: Body | None = None
    limit: int = SMALL
    refused: Body | None = None


def put_models(folder: Path) -> None:
    """Publish all models: what answers is not what is learned, so weights are made up."""
    folder.mkdir(parents=True, exist_ok=True)
    named = {f"{name}={value}": -0.1 * place for name, of in KNOWN.items() for place, value in enumerate(of)}
    for place, name in enumerate((*WANTED, "challenger_next")):
        model = {"version": f"{name}/{place + 1}", "base": -1 - place / 10, "weights": named | NUMBERS}
        (folder / f"{name}.json").write_text(json.dumps(model))


def add_up(models: Path, name: str, **more: float) -> float:
    """A model's score for ``FLIGHT``, term by term."""
    model = read_model(models, name)
    weights, total = model.weights, model.base
    for term in ("carrier=UA", "origin=EWR", "dest=IAH"):
        total += weights[term]
    total += weights["distance"] * 1.4 + weights["hour"] * 9
    for term, value in more.items():
        total += weights[term.replace("__", "=")] * value
    return total


def make_probable(score: float) -> float:
    """The probability that belongs to a score."""
    return math.exp(score) / (1 + math.exp(score))


def _tell_bands(models: Path) -> Mapping[str, float]:
    score = add_up(models, "delay_band")
    odds = (1, math.exp(score), math.exp(score) / math.e)
    return dict(zip(("on_time", "late", "very_late"), (each / sum(odds) for each in odds), strict=True))


def _tell_seats(models: Path) -> float:
    model = read_model(models, "seats")
    return model.base + model.weights["origin=EWR"] + model.weights["departures"] * 3.4


DAY: Body = {"airport": "EWR", "asked_on": "2013-10-01", "day": "2013-10-05", "departures": 340}
BACKWARDS = FLIGHT | {"scheduled_at": "2013-10-01T07:00:00+00:00"}
WANTED: Mapping[str, Wanted] = {
    "late": Wanted(FLIGHT, lambda models: make_probable(add_up(models, "late"))),
    "delay": Wanted(FLIGHT, lambda models: add_up(models, "delay")),
    "cancelled": Wanted(
        FLIGHT | {"wind": 12.5, "visibility": 9.0},
        lambda models: make_probable(add_up(models, "cancelled", wind=1.25, visibility=9)),
    ),
    "delay_band": Wanted(FLIGHT, _tell_bands),
    "late_many": Wanted(
        {"flights": [FLIGHT]},
        lambda models: [make_probable(add_up(models, "late_many"))],
        whole=("flights", 0, "distance"),
        largest={"flights": [FLIGHT] * MANY},
        limit=262_144,
    ),
    "seats": Wanted(DAY, _tell_seats, whole=("departures",), refused=DAY | {"day": "2013-11-05"}),
    "next_leg": Wanted(
        FLIGHT | {"inbound_delay": 30}, lambda models: add_up(models, "next_leg", inbound=0.5), whole=("inbound_delay",)
    ),
    "challenger": Wanted(FLIGHT, lambda models: make_probable(add_up(models, "challenger"))),
    "remarks": Wanted(
        FLIGHT | {"remarks": "crew late, deicing"},
        lambda models: make_probable(add_up(models, "remarks", **{"word__late,": 1})),
        largest=FLIGHT | {"remarks": "雪" * 4_000},
        limit=32_768,
    ),
    "slow": Wanted(FLIGHT, lambda models: make_probable(add_up(models, "slow"))),
}
