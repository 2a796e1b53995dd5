"""Questions about real flights, as callers send them, and the planted cost of the model that answers."""

import json
import time
from pathlib import Path
from typing import Any

import pandas as pd

from lab.patterns.monday_models import put_models
from problem.ask_or_queue import COST, LIST, Cost, work
from problem.facts import Facts
from problem.monday import KNOWN

MILLISECONDS = 5.0
"""CPU that a row takes: 200 rows a second."""
TURNS, SAMPLES = 2_000, 7
DEADLY, FAILING = 13, 17
"""Miles of flights that no airline flies, which the model cannot bear (see ``Cost``)."""


def make_questions(facts: Facts, count: int) -> list[dict[str, Any]]:
    """The first so many flights, of October, to where the model knows, each asked about an hour before."""
    flights = facts.flights[facts.flights["dest"].isin(KNOWN["dest"]) & facts.flights["carrier"].isin(KNOWN["carrier"])]
    flights = flights[flights["scheduled_at"] >= pd.Timestamp("2013-10-01", tz="UTC")].head(count)
    asked = flights[["flight_id", "carrier", "origin", "dest", "distance"]].astype({"distance": int})
    asked["scheduled_at"] = flights["scheduled_at"].map(pd.Timestamp.isoformat)
    asked["asked_at"] = (flights["scheduled_at"] - pd.Timedelta(hours=1)).map(pd.Timestamp.isoformat)
    return asked.to_dict("records")


def encode(questions: list[dict[str, Any]]) -> list[bytes]:
    """Bodies of requests."""
    return [json.dumps(question).encode() for question in questions]


def write_list(questions: list[dict[str, Any]], state: Path) -> None:
    """The list from which a job prepares."""
    state.mkdir(parents=True, exist_ok=True)
    (state / LIST).write_bytes(b"\n".join(encode(questions)))


def count_turns(milliseconds: float) -> int:
    """How many turns take so long here: the least of some samples counts, as others were interrupted."""
    return round(TURNS * milliseconds / 1000 / min(_time_turns() for _ in range(SAMPLES)))


def _time_turns() -> float:
    began = time.thread_time()
    work(TURNS)
    return time.thread_time() - began


def put_model(models: Path, cost: Cost) -> None:
    """Publish the model with that cost."""
    put_models(models)
    (models / COST).write_text(json.dumps(cost._asdict()))
