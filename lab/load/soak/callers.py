"""Callers that ask at a constant rate, whatever happens, and keep what they were told."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pandas as pd

from lab.load.endpoint import Endpoint
from lab.load.loops import open_loop
from parts.service_shell.flight import make_bodies
from problem.facts import Facts
from problem.questions import questions

LONGER = 2.0
"""Seconds for which callers go on at a time, once the plan's are over."""
WITHIN = 14
"""Minutes over which questions are spread between two refreshes."""
NEAR = pd.Timedelta(hours=12)
"""How far ahead of a question flights are asked about."""


@dataclass(frozen=True)
class Plan:
    """``rate`` requests a second for ``seconds``; so many champion swaps and kills (``kill -9``) spread over the time.

    The feature pipeline refreshes every ``every`` seconds, and each time goes on by ``step`` from ``start``: the facts
    are of 2013, so their time passes faster than ours.
    """

    seconds: float
    rate: float
    swaps: int
    kills: int
    every: float
    step: pd.Timedelta
    start: pd.Timestamp

    def swapped_at(self) -> list[float]:
        """Seconds from the start at which a new champion is registered."""
        return [self.seconds * (number + 0.5) / self.swaps for number in range(self.swaps)]

    def killed_at(self) -> list[float]:
        """Seconds from the start at which the service is killed."""
        return [self.seconds * (number + 1) / (self.kills + 1) for number in range(self.kills)]


@dataclass
class Asked:
    """One request with its fate: status (0: none came), the answer, and when it was sent and done (monotonic)."""

    body: dict[str, Any]
    sent: float
    done: float = 0.0
    status: int = 0
    answer: dict[str, Any] = field(default_factory=dict)


class Callers(Endpoint):
    """Ask about random flights of the day. ``reached`` is how far the pipeline says it has come."""

    def __init__(self, url: str, facts: Facts, plan: Plan, reached: list[pd.Timestamp]) -> None:
        super().__init__(f"{url}/predict", [])
        self._plan, self._reached = plan, reached
        self._flights = questions(facts, "real_time").sort_values("scheduled_at", ignore_index=True)
        self.asked: list[Asked] = []

    def ask(self, is_changing: Callable[[], bool]) -> None:
        """Ask for the plan's time, on while something is changing, and a little longer; wait for all answers."""
        open_loop(self, self._plan.rate, self._plan.seconds)
        unsettled = True
        while unsettled:
            unsettled = is_changing()
            open_loop(self, self._plan.rate, LONGER)

    async def status(self, session: aiohttp.ClientSession, number: int) -> int:
        """Send one more question and keep it with its fate."""
        asked = Asked(self._make_question(len(self.asked)), time.monotonic())
        self.asked.append(asked)
        try:
            async with session.post(self.url, data=json.dumps(asked.body)) as answer:
                asked.answer, asked.status = json.loads(await answer.read()), answer.status
        except (TimeoutError, aiohttp.ClientError):
            pass  # status 0 says so
        asked.done = time.monotonic()
        return asked.status

    def _make_question(self, number: int) -> dict[str, Any]:
        """Asked a step ahead of the pipeline, so that a refresh on the way makes no past of it."""
        now = self._reached[-1] + self._plan.step + pd.Timedelta(minutes=number % WITHIN)
        first, last = self._flights["scheduled_at"].searchsorted([now + pd.Timedelta("1min"), now + NEAR])
        flight = self._flights.iloc[[first + number * 7919 % (last - first)]]
        return make_bodies(flight.assign(asked_at=now))[0]
