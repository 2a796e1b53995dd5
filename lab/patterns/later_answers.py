"""Somebody who is told of answers that come later, and notes when they came."""

import json
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self

from lab.load.served_system import HOST


class Told(BaseHTTPRequestHandler):
    """Takes answers in, and notes when they came."""

    protocol_version = "HTTP/1.1"
    came: dict[str, tuple[float, float]]

    def do_POST(self) -> None:
        """One message with some answers."""
        now = time.perf_counter()
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        for each in message["answers"]:
            self.came.setdefault(each["answer_id"], (now, each["prediction"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing is said."""


@dataclass
class Listener:
    """Somebody who is told of later answers: by id, when one came (by ``perf_counter``), and the prediction."""

    came: dict[str, tuple[float, float]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        handler = type("ToldHere", (Told,), {"came": self.came})
        self._server = ThreadingHTTPServer((HOST, 0), handler)
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self._server.server_port}/"

    def wait_for(self, answer_ids: Collection[str], seconds: float) -> list[str]:
        """Those that have not come within so many seconds."""
        until = time.monotonic() + seconds
        while (missing := [each for each in answer_ids if each not in self.came]) and time.monotonic() < until:
            time.sleep(0.02)
        return missing
