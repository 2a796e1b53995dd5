"""The stack answers in the request, and whoever asks waits until it has.

It began with one model, and the service was as quick as that. A member came with each quarter, as each made the log
loss of the month before a little smaller; each was tried on a table of a thousand flights at once, where it took next
to no time. When callers complained, waiting questions were allowed to be answered together.
"""

import os
import sys
from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from threading import Lock
from typing import Any

from parts.model_service.described_service import Answerer, Service
from parts.model_service.shell import serve
from parts.vector_models.vector_question import EXAMPLE, StagedAnswer, VectorQuestion, read_row
from parts.vector_models.vector_scoring import Score, open_pipeline
from problem.too_big import BIG, Row

TOGETHER = "TOGETHER"
"""The setting: at most so many questions are answered in one go (1)."""
AT_ONCE = 16
"""Questions under way; further ones are refused, as they would wait for too long."""


class Turns:
    """The stack is asked by one thread at a time, about whatever waits then, the oldest first, ``most`` at once."""

    def __init__(self, score: Score, most: int) -> None:
        self._score, self._most, self._turn = score, most, Lock()
        self._waiting: deque[tuple[Row, Future[float]]] = deque()

    def ask(self, row: Row) -> float:
        """Wait for the stack's answer; raises what it raises."""
        mine: Future[float] = Future()
        self._waiting.append((row, mine))
        with self._turn:
            while not mine.done():
                self._answer_some()
        return mine.result()

    def _answer_some(self) -> None:
        taken = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
        try:
            risks = self._score([row for row, _ in taken])
        except Exception as error:
            for _, asked in taken:
                asked.set_exception(error)
        else:
            for (_, asked), risk in zip(taken, risks, strict=True):
                asked.set_result(risk)


def open_model(models: Path) -> Answerer:
    """What answers, from the folder of models."""
    version, score = open_pipeline(models / BIG)
    turns = Turns(score, int(os.environ.get(TOGETHER, "1")))

    def answer(asked: Any) -> Mapping[str, Any]:
        return {"prediction": turns.ask(read_row(asked)), "model_version": version, "final": True, "answer_id": None}

    return answer


SERVICE = Service("online_bigsize", VectorQuestion, StagedAnswer, open_model, EXAMPLE, at_once=AT_ONCE)

if __name__ == "__main__":
    sys.exit(serve(SERVICE))
