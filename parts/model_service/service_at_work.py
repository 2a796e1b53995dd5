"""A service at work: its model, or why there is none, what is under way, and what is counted."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from fastapi import Request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values

from parts.model_service.described_service import Answerer, Service
from parts.model_service.question import Question
from parts.model_service.refusals import NotAnswered


@dataclass
class ServiceAtWork:
    """One service in one process; what it counts is its own."""

    service: Service
    _answerer: Answerer | None = None
    _why: str = "no model was looked for yet"
    _under_way: int = 0
    _own: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        values.ValueClass = values.MutexValue  # else one library can have all metrics of a process share files by name
        self.requests = Counter("requests", "Requests to /predict by status", ["status"], registry=self._own)
        self.seconds = Histogram("answer_seconds", "Seconds from a question to its answer", registry=self._own)

    def open(self, models: Path) -> None:
        """Read the model; without one the service is alive and answers nothing, until it is started again."""
        try:
            self._answerer = self.service.open_model(models)
        except LookupError as error:
            self._why = str(error)

    def find_answerer(self) -> Answerer:
        """What answers; raises ``NotAnswered`` if nothing does."""
        if self._answerer is None:
            raise NotAnswered(self._why)
        return self._answerer

    async def answer(self, question: Question) -> Mapping[str, Any]:
        """Raises ``Refused`` or ``NotAnswered``."""
        answerer, began = self.find_answerer(), perf_counter()
        answer = await self._answer_beside(answerer, question) if self.service.at_once else answerer(question)
        self.seconds.observe(perf_counter() - began)
        return answer

    async def _answer_beside(self, answerer: Answerer, question: Question) -> Mapping[str, Any]:
        if self._under_way >= self.service.at_once:
            raise NotAnswered(f"{self._under_way} questions are being answered: ask again later")
        self._under_way += 1
        try:
            return await asyncio.to_thread(answerer, question)
        finally:
            self._under_way -= 1

    def count(self, request: Request, status: int) -> None:
        """Count an answer or a refusal of ``/predict``."""
        if request.url.path == "/predict":
            self.requests.labels(status).inc()

    def tell(self) -> bytes:
        """All metrics in Prometheus's text format."""
        return generate_latest(self._own)
