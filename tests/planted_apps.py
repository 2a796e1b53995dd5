"""Small services with known faults, as ASGI applications for uvicorn: each is started in a process of its own."""

import asyncio
import json

FAILS_EVERY = 4

counted = {"failing": 0}


async def failing(scope, receive, send):
    """Every fourth answer is status 503, at once."""
    if scope["type"] != "http":
        return
    counted["failing"] += 1
    await answer(send, 503 if counted["failing"] % FAILS_EVERY == 0 else 200, b"{}")


async def mute(scope, receive, send):
    """Bodies that say ``wait`` are never answered, others at once."""
    if scope["type"] != "http":
        return
    if json.loads((await receive())["body"] or b"{}").get("wait"):
        await asyncio.sleep(3600)
    await answer(send, 200, b"{}")


async def refusing(scope, receive, send):
    """GET is answered, POST refused with a reason."""
    if scope["type"] == "http":
        post = scope["method"] == "POST"
        await answer(send, 422 if post else 200, b'{"detail": "no flight"}')


async def answer(send, status, body):
    """One whole answer."""
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": body})
