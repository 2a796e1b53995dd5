"""Where requests go, what is sent, and one request with its fate."""

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp

from lab.engine.workspace import StudyError
from lab.load.load_result import NO_ANSWER, NO_CONNECTION

T = TypeVar("T")
CONNECTIONS = 256
"""Connections that a generator holds at most; a request that finds none free waits, and its wait is counted."""
TIMEOUT = 10.0
"""Seconds after which a request is given up."""
JSON = {"Content-Type": "application/json"}


class CannotLoad(StudyError):
    """A service or a request that the caller can mend; its text is one line that says how."""


@dataclass(frozen=True)
class Endpoint:
    """One address that takes POST requests with JSON bodies (bytes), sent in turn, again from the first."""

    url: str
    bodies: Sequence[bytes]
    timeout: float = TIMEOUT
    connections: int = CONNECTIONS

    def session(self) -> aiohttp.ClientSession:
        """A client for one run."""
        connector, timeout = aiohttp.TCPConnector(limit=self.connections), aiohttp.ClientTimeout(total=self.timeout)
        return aiohttp.ClientSession(connector=connector, timeout=timeout, headers=JSON)

    async def status(self, session: aiohttp.ClientSession, number: int) -> int:
        """Send body ``number`` and wait for the whole answer: its status, ``NO_ANSWER`` or ``NO_CONNECTION``."""
        try:
            async with session.post(self.url, data=self.bodies[number % len(self.bodies)]) as answer:
                await answer.read()
                return answer.status
        except TimeoutError:
            return NO_ANSWER
        except aiohttp.ClientError:
            return NO_CONNECTION


def check(endpoint: Endpoint) -> None:
    """Send the first body, so that no run begins in vain; raises ``CannotLoad`` unless the status is 200."""
    if not endpoint.bodies:
        raise CannotLoad("there is nothing to send: give at least one JSON body")
    run(_check_answer(endpoint))


async def _check_answer(endpoint: Endpoint) -> None:
    async with endpoint.session() as session:
        try:
            async with session.post(endpoint.url, data=endpoint.bodies[0]) as answer:
                text = " ".join((await answer.text()).split())[:200]
        except aiohttp.InvalidURL:
            raise CannotLoad(f"{endpoint.url} is no address: give one such as http://127.0.0.1:8000/predict") from None
        except (TimeoutError, aiohttp.ClientError):
            raise CannotLoad(f"nothing answers at {endpoint.url}: start the service first") from None
    if answer.status != 200:
        raise CannotLoad(f"{endpoint.url} answers the first body with {answer.status}, not 200: {text}")


def run(work: Coroutine[Any, Any, T]) -> T:
    """The coroutine's result; in a thread of its own where an event loop runs already, as in a notebook."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
