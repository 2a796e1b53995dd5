"""Another part of a site, asked over HTTP within a time limit.

A connection is kept for the next question. Before it is used again it is looked at: one that the other side has closed
is thrown away. So no question is ever sent twice, which matters where a question may have been what killed the other.
"""

import http.client
import json
import select
from collections.abc import Mapping
from contextlib import suppress
from queue import Empty, LifoQueue
from typing import Any
from urllib.parse import urlsplit

from parts.model_service.refusals import NotAnswered, Refused

HEADERS = {"Content-Type": "application/json"}
REFUSED = 409


class Neighbour:
    """For many threads. ``seconds``: how long each answer may take."""

    def __init__(self, name: str, url: str, seconds: float) -> None:
        place = urlsplit(url)
        self.name, self._host, self._port, self._seconds = name, place.hostname or "", place.port, seconds
        self._kept: LifoQueue[http.client.HTTPConnection] = LifoQueue()

    def ask(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Its answer; raises ``NotAnswered`` if none comes in time, and what it says itself if it does not answer."""
        connection = self._take()
        try:
            connection.request("POST", "/predict", json.dumps(body), HEADERS)
            response = connection.getresponse()
            status, said = response.status, json.loads(response.read())
        except TimeoutError:
            connection.close()
            raise NotAnswered(f"{self.name} does not answer within {self._seconds:g} s") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            connection.close()
            raise NotAnswered(f"{self.name} cannot be asked: {type(error).__name__}") from error
        self._kept.put(connection)
        return _read(status, said)

    def _take(self) -> http.client.HTTPConnection:
        with suppress(Empty):
            while True:
                kept = self._kept.get_nowait()
                if not is_dropped(kept):
                    return kept
                kept.close()
        return http.client.HTTPConnection(self._host, self._port, timeout=self._seconds)


def is_dropped(connection: http.client.HTTPConnection) -> bool:
    """Whether the other side has closed it: nothing is to be read from a connection that waits for its next use."""
    if connection.sock is None:
        return True
    look = select.poll()
    look.register(connection.sock, select.POLLIN)
    return bool(look.poll(0))


def _read(status: int, said: Any) -> dict[str, Any]:
    detail = str(said["detail"]) if isinstance(said, dict) and "detail" in said else f"status {status}"
    if status == REFUSED:
        raise Refused(detail)
    if status != 200:
        raise NotAnswered(detail)
    return dict(said)
