"""A caller of one service, who remembers what was said."""

import http.client
import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, NamedTuple

from lab.patterns.service_process import HOST

JSON = "application/json"


class Said(NamedTuple):
    """An answer as it came."""

    status: int
    kind: str
    body: bytes

    def read(self) -> Any:
        """Its JSON; raises ``ValueError``."""
        return json.loads(self.body)


class Caller:
    """Asks one service, and remembers what ``/predict`` said to what."""

    def __init__(self, port: int) -> None:
        self.port, self.seen = port, list[Said]()

    def ask(self, body: Any, method: str = "POST", path: str = "/predict", chunked: bool = False) -> Said:
        """Send a body (bytes, or else as JSON); its length is not announced if it is ``chunked``."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection = http.client.HTTPConnection(HOST, self.port, timeout=60)
        try:
            with suppress(BrokenPipeError, ConnectionResetError):  # refused before it was sent: the answer is there
                parts: Any = iter([sent]) if chunked else sent
                connection.request(method, path, parts, {"Content-Type": JSON}, encode_chunked=chunked)
            answer = connection.getresponse()
            said = Said(answer.status, answer.headers.get_content_type(), answer.read())
        finally:
            connection.close()
        if path == "/predict":
            self.seen.append(said)
        return said


def make_float(body: Any, place: Iterable[str | int]) -> Any:
    """The question, with the whole number in that place written as 529.0."""
    copy = json.loads(json.dumps(body))
    *way, last = place
    held = copy
    for step in way:
        held = held[step]
    held[last] = float(held[last])
    return copy
