"""A model that may raise, hang or say no number: asked in a thread, waited for as long as callers wait."""

import math
import time
from concurrent.futures import Future
from numbers import Real
from threading import Thread
from typing import NamedTuple

from problem.which_is_better import Row, Score

MOST = 8
"""Questions under way; a model that holds so many is not asked until it lets one go."""


class Said(NamedTuple):
    """What a model said, and after how many seconds."""

    risk: object
    seconds: float


class AskedModel:
    """Each question has a thread of its own, so that one that hangs holds up no other. ``limit``: in seconds."""

    def __init__(self, score: Score, limit: float) -> None:
        self._score, self._limit = score, limit
        self._under_way: set[Future[Said]] = set()

    def start(self, row: Row) -> Future[Said]:
        """Ask, and wait for nothing."""
        asked: Future[Said] = Future()
        if len(self._under_way) >= MOST:
            asked.set_exception(TimeoutError(f"{MOST} questions are under way"))
            return asked
        self._under_way.add(asked)
        asked.add_done_callback(self._under_way.discard)
        Thread(target=self._answer, args=(asked, row), daemon=True).start()
        return asked

    def wait(self, asked: Future[Said]) -> float | None:
        """The risk, or None if there is none within the limit from now."""
        try:
            asked.exception(self._limit)
        except TimeoutError:
            return None
        return self.read(asked)

    def read(self, asked: Future[Said]) -> float | None:
        """Of a question that is done: the risk, or None if it failed, took too long or is no probability."""
        if asked.exception() or (said := asked.result()).seconds > self._limit:
            return None
        risk = float(said.risk) if isinstance(said.risk, Real) else math.nan
        return risk if 0 <= risk <= 1 else None

    def _answer(self, asked: Future[Said], row: Row) -> None:
        began = time.perf_counter()
        try:
            risk = self._score(row)
        except Exception as error:
            asked.set_exception(error)
        else:
            asked.set_result(Said(risk, time.perf_counter() - began))
