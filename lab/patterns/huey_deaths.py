"""The same deaths on a task queue that many teams take first: huey on SQLite.

Its consumer takes a task out of the queue before it runs it, so each is run at most once, and what a process has in
hand is gone with it. That is huey's own way and no fault: it is right for work that must not be done twice.
"""

import json
import os
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from huey import SqliteHuey

from lab.patterns.form_deaths import WORKERS, Deaths, Plan, draw_moments, kill_at_moments, wait_until_empty
from lab.patterns.form_sites import run_workers, tell
from parts.model_service.question import FlightQuestion
from parts.queue.queues import ANSWERED, ASIDE, WAITING
from problem.ask_or_queue import CostlyModel, Site, open_model

CONSUMER = Site(front="", worker="lab.patterns.huey_consumer")
CALM = 1.0
"""Seconds after which nobody has anything in hand any more."""


def open_tasks(file: str) -> tuple[SqliteHuey, Any]:
    """The queue in a file, and the task that answers a question."""
    huey = SqliteHuey("answers", filename=file)

    @huey.task(name="answer")
    def answer(body: str) -> dict[str, Any]:
        return find_model().answer([FlightQuestion.model_validate_json(body).request()])[0]

    return huey, answer


@cache
def find_model() -> CostlyModel:
    """The model of the folder ``MODELS``, opened once a process."""
    return open_model(Path(os.environ["MODELS"]))


class HueyCounts:
    """How many tasks wait and how many have a result, as ``Queue.count`` tells it."""

    def __init__(self, huey: SqliteHuey) -> None:
        self._huey = huey

    def count(self) -> dict[str, int]:
        """See ``Queue``."""
        return {WAITING: self._huey.pending_count(), ANSWERED: self._huey.result_count(), ASIDE: 0}


def kill_consumers(file: Path, models: Path, questions: Sequence[Mapping[str, Any]], plan: Plan) -> Deaths:
    """As ``kill_workers`` does it, with as many consumers of one thread each."""
    huey, answer = open_tasks(str(file))
    for question in questions:
        answer(json.dumps(question))
    counts: Any = HueyCounts(huey)
    began = time.monotonic()
    with run_workers(CONSUMER, tell(models, file.parent, QUEUE=str(file)), WORKERS) as consumers:
        kill_at_moments(counts, consumers, draw_moments(len(questions), plan), plan.seed)
        wait_until_empty(counts)
        seconds = time.monotonic() - began
        time.sleep(CALM)
    answered = huey.result_count()
    lost = len(questions) - answered
    return Deaths(len(questions), answered, wrong=0, set_aside=0, lost=lost, twice=0, stated=0, seconds=seconds)
