"""Services whose waits are known, to try a generator on: ASGI applications for uvicorn."""

import asyncio
import itertools
from typing import Any

STALLS_EVERY, STALL, WORK = 50, 0.2, 0.002
"""One answer in so many takes ``STALL`` seconds, the others ``WORK``; one request is worked on at a time."""
STALLING, NOOP = "lab.load.planted_waits:stalling", "lab.load.planted_waits:noop"

_turn, _answers = asyncio.Lock(), itertools.count(1)


async def stalling(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer ``{}``; every fiftieth answer stalls, and whoever came after it waits too."""
    if scope["type"] != "http":
        return
    async with _turn:
        await asyncio.sleep(STALL if next(_answers) % STALLS_EVERY == 0 else WORK)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": b"{}"})


async def noop(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer ``{}`` at once."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": b"{}"})
