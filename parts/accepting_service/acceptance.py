"""Accepting: what arrives while the disk is busy is put there in one go, and nobody is told before it is there."""

import asyncio
from uuid import uuid4

from parts.queue.queues import Letter, NoQueue, Queue


class Acceptance:
    """Accepts questions into a queue. One disk write serves all who came during the one before."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._arrived: list[tuple[Letter, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def accept(self, body: str) -> str:
        """The ticket of a question that is kept now; raises ``NoQueue``, and it may not be kept."""
        letter, kept = Letter(uuid4().hex, body), asyncio.get_running_loop().create_future()
        self._arrived.append((letter, kept))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        await kept
        return letter.ticket

    async def _write(self) -> None:
        while self._arrived:
            arrived, self._arrived = self._arrived, []
            try:
                await asyncio.to_thread(self._queue.put, [letter for letter, _ in arrived])
            except NoQueue as error:
                _tell(arrived, error)
            else:
                _tell(arrived, None)
        self._writing = None


def _tell(arrived: list[tuple[Letter, asyncio.Future[None]]], error: NoQueue | None) -> None:
    for _, kept in arrived:
        if kept.cancelled():
            continue
        if error is None:
            kept.set_result(None)
        else:
            kept.set_exception(error)
