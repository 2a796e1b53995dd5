"""No body larger than a flight can be is read into memory."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from service.problems import problem

LARGEST = 16_384
"""Bytes of a request's body."""
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class SmallBodies:
    """ASGI middleware: refuses a body beyond ``LARGEST`` bytes with 413, by what it announces and by what comes."""

    def __init__(self, app: Callable[[Message, Receive, Send], Awaitable[None]]) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass on what is small, or not HTTP at all."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body, more = b"", True
        while more and len(body) <= LARGEST and _announced(scope) <= LARGEST:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        if more or len(body) > LARGEST:
            await problem(413, f"a body has at most {LARGEST} bytes")(scope, receive, send)
            return
        await self._app(scope, _again(body, receive), send)


def _announced(scope: Message) -> int:
    """The length that the caller announces; 0 if none, or none that can be read."""
    told = dict(scope["headers"]).get(b"content-length", b"")
    return int(told) if told.isdigit() else 0


def _again(body: bytes, receive: Receive) -> Receive:
    """The body that was read, and then whatever comes."""
    first = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return first.pop() if first else await receive()

    return next_message
